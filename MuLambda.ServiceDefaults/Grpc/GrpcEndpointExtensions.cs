using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MuLambda.Protocol.Grpc;

namespace MuLambda.ServiceDefaults.Grpc;

/// <summary>Serves gRPC methods from Kestrel's HTTP/2 endpoints, and gRPC-Web from all, those of HTTP/1.1 too.</summary>
public static class GrpcEndpointExtensions
{
    /// <summary>
    /// Maps a unary method. A <see cref="GrpcException"/> of the handler becomes the call's status; any other exception
    /// is logged and becomes INTERNAL without its details. gRPC calls of methods nobody mapped end as UNIMPLEMENTED.
    /// </summary>
    /// <typeparam name="TRequest">The request message.</typeparam>
    /// <typeparam name="TResponse">The response message.</typeparam>
    /// <param name="endpoints">The application.</param>
    /// <param name="method">The method.</param>
    /// <param name="handler">Answers a call.</param>
    /// <param name="options">Limits.</param>
    public static IEndpointConventionBuilder MapGrpcUnary<TRequest, TResponse>(
        this IEndpointRouteBuilder endpoints,
        GrpcMethod<TRequest, TResponse> method,
        Func<TRequest, GrpcServerContext, Task<TResponse>> handler,
        GrpcServerOptions? options = null)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        options ??= new GrpcServerOptions();
        options.Validate();
        return MapGrpcUnary(endpoints, method, handler, () => options);
    }

    /// <summary>As the overload with options that are there already.</summary>
    /// <typeparam name="TRequest">The request message.</typeparam>
    /// <typeparam name="TResponse">The response message.</typeparam>
    /// <param name="endpoints">The application.</param>
    /// <param name="method">The method.</param>
    /// <param name="handler">Answers a call.</param>
    /// <param name="options">The limits; asked for with the first call, when the service's own options have been validated.</param>
    public static IEndpointConventionBuilder MapGrpcUnary<TRequest, TResponse>(
        this IEndpointRouteBuilder endpoints,
        GrpcMethod<TRequest, TResponse> method,
        Func<TRequest, GrpcServerContext, Task<TResponse>> handler,
        Func<GrpcServerOptions> options)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        ArgumentNullException.ThrowIfNull(handler);
        ArgumentNullException.ThrowIfNull(options);
        return Map(endpoints, method, options, async (request, call) =>
            await handler(request, call) ?? throw new InvalidOperationException($"The handler of {method.Path} gave no answer."));
    }

    /// <summary>
    /// Maps a method that answers with a stream of messages; errors as of a unary one. Each message is sent at once, and the
    /// handler goes on when the caller has room for it. A stream that does not end by itself must end when the service stops.
    /// </summary>
    /// <typeparam name="TRequest">The request message.</typeparam>
    /// <typeparam name="TResponse">The messages of the answer.</typeparam>
    /// <param name="endpoints">The application.</param>
    /// <param name="method">The method.</param>
    /// <param name="handler">Answers a call; its end is the stream's.</param>
    /// <param name="options">Limits.</param>
    public static IEndpointConventionBuilder MapGrpcServerStreaming<TRequest, TResponse>(
        this IEndpointRouteBuilder endpoints,
        GrpcMethod<TRequest, TResponse> method,
        Func<TRequest, GrpcServerContext, IAsyncEnumerable<TResponse>> handler,
        GrpcServerOptions? options = null)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        ArgumentNullException.ThrowIfNull(handler);
        options ??= new GrpcServerOptions();
        options.Validate();
        return Map(endpoints, method, () => options, async (request, call) =>
        {
            await foreach (var message in handler(request, call).WithCancellation(call.CancellationToken))
            {
                call.Write(message);

                // Waits while the caller does not read.
                await call.HttpContext.Response.BodyWriter.FlushAsync(call.CancellationToken);
            }

            return null;
        });
    }

    private static IEndpointConventionBuilder Map<TRequest, TResponse>(
        IEndpointRouteBuilder endpoints,
        GrpcMethod<TRequest, TResponse> method,
        Func<GrpcServerOptions> options,
        Func<TRequest, GrpcServerContext, Task<IMessage?>> answer)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(method);
        if (!endpoints.DataSources.OfType<UnimplementedMethods>().Any())
        {
            endpoints.DataSources.Add(new UnimplementedMethods());
        }

        var services = endpoints.ServiceProvider;
        var call = new Lazy<GrpcServerCall<TRequest>>(() =>
        {
            var limits = options();
            limits.Validate();
            return new GrpcServerCall<TRequest>(
                method.Path,
                method.RequestParser,
                answer,
                limits,
                services.GetService<TimeProvider>() ?? TimeProvider.System,
                services.GetRequiredService<ILoggerFactory>().CreateLogger("MuLambda.Grpc"));
        });
        return endpoints.MapPost(method.Path, context => call.Value.InvokeAsync(context)).WithDisplayName($"gRPC {method.Path}");
    }
}
