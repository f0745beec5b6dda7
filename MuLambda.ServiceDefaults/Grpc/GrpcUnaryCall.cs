using System.Globalization;
using Google.Protobuf;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using MuLambda.Protocol.Grpc;

namespace MuLambda.ServiceDefaults.Grpc;

/// <summary>Answers the calls of one unary method.</summary>
internal sealed partial class GrpcUnaryCall<TRequest, TResponse>(
    GrpcMethod<TRequest, TResponse> method,
    Func<TRequest, GrpcServerContext, Task<TResponse>> handler,
    GrpcServerOptions options,
    TimeProvider time,
    ILogger logger)
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (!GrpcServerResponse.Begin(context))
        {
            return;
        }

        // The message limit below counts for gRPC, with an answer that names it.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }

        CancellationTokenSource? deadline = null;
        try
        {
            var cancellation = context.RequestAborted;
            DateTimeOffset? due = null;
            if (ReadTimeout(context.Request.Headers[GrpcHeaders.Timeout]) is { } timeout)
            {
                due = time.GetUtcNow() + timeout;
                deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
                cancellation = deadline.Token;
                deadline.CancelAfter(timeout);
            }

            var answer = await AnswerAsync(context, new GrpcServerContext(context, due, cancellation));
            GrpcFraming.Write(context.Response.BodyWriter, answer, options.MaxSendBytes);
            context.Response.AppendTrailer(GrpcHeaders.Status, "0");
        }
        catch (Exception e)
        {
            var (status, message) = Describe(e, context, deadline);
            GrpcServerResponse.Fail(context, status, message);
        }
        finally
        {
            deadline?.Dispose();
        }
    }

    private async Task<TResponse> AnswerAsync(HttpContext context, GrpcServerContext call)
    {
        if (context.Request.Headers[GrpcHeaders.Encoding] is [{ } encoding] && encoding != "identity")
        {
            context.Response.Headers[GrpcHeaders.AcceptEncoding] = "identity";
        }

        using var admitted = options.Admit?.Invoke();
        var request = await GrpcFraming.ReadUnaryAsync(
            context.Request.BodyReader, method.RequestParser, options.MaxReceiveBytes, call.CancellationToken)
            ?? throw new GrpcException(StatusCode.Internal, "The call has no request message.");
        call.CancellationToken.ThrowIfCancellationRequested();
        return await handler(request, call)
            ?? throw new InvalidOperationException($"The handler of {method.Path} gave no answer.");
    }

    private (StatusCode Status, string Message) Describe(Exception e, HttpContext context, CancellationTokenSource? deadline)
    {
        if (e is GrpcException grpc)
        {
            return (grpc.StatusCode, grpc.Message);
        }

        if (context.RequestAborted.IsCancellationRequested || e is ConnectionResetException or ConnectionAbortedException)
        {
            return (StatusCode.Cancelled, "The caller went away.");
        }

        if (e is OperationCanceledException && deadline is { IsCancellationRequested: true })
        {
            return (StatusCode.DeadlineExceeded, $"The deadline of the call of {method.Path} passed.");
        }

        LogFailed(logger, method.Path, e);
        return (StatusCode.Internal, "The server failed to answer the call.");
    }

    private static TimeSpan? ReadTimeout(string? header)
    {
        if (header is null)
        {
            return null;
        }

        if (!GrpcTimeout.TryParse(header, out var timeout))
        {
            throw new GrpcException(
                StatusCode.InvalidArgument,
                string.Create(CultureInfo.InvariantCulture, $"The header {GrpcHeaders.Timeout} is '{header}'; expected one to eight digits and a unit of H, M, S, m, u, n."));
        }

        // Timers reach about 49 days.
        var longest = TimeSpan.FromDays(40);
        return timeout < longest ? timeout : longest;
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "The gRPC call {Method} failed")]
    private static partial void LogFailed(ILogger logger, string method, Exception exception);
}
