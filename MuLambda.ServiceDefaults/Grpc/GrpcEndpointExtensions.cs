using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MuLambda.Protocol.Grpc;

namespace MuLambda.ServiceDefaults.Grpc;

/// <summary>Serves gRPC methods from Kestrel's HTTP/2 endpoints.</summary>
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
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(handler);
        var (limits, time, logger) = Prepare(endpoints, options);
        var call = new GrpcUnaryCall<TRequest, TResponse>(method, handler, limits, time, logger);
        return Map(endpoints, method.Path, call.InvokeAsync);
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
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(handler);
        var (limits, time, logger) = Prepare(endpoints, options);
        var call = new GrpcServerStreamingCall<TRequest, TResponse>(method, handler, limits, time, logger);
        return Map(endpoints, method.Path, call.InvokeAsync);
    }

    private static (GrpcServerOptions Limits, TimeProvider Time, ILogger Logger) Prepare(IEndpointRouteBuilder endpoints, GrpcServerOptions? options)
    {
        options ??= new GrpcServerOptions();
        options.Validate();
        if (!endpoints.DataSources.OfType<UnimplementedMethods>().Any())
        {
            endpoints.DataSources.Add(new UnimplementedMethods());
        }

        var services = endpoints.ServiceProvider;
        return (
            options,
            services.GetService<TimeProvider>() ?? TimeProvider.System,
            services.GetRequiredService<ILoggerFactory>().CreateLogger("MuLambda.Grpc"));
    }

    private static IEndpointConventionBuilder Map(IEndpointRouteBuilder endpoints, string path, RequestDelegate call) =>
        endpoints.MapPost(path, call).WithDisplayName($"gRPC {path}");
}
