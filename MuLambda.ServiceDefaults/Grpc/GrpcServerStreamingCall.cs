using Google.Protobuf;
using Microsoft.Extensions.Logging;
using MuLambda.Protocol.Grpc;

namespace MuLambda.ServiceDefaults.Grpc;

/// <summary>Answers the calls of one method whose answer is a stream.</summary>
internal sealed class GrpcServerStreamingCall<TRequest, TResponse>(
    GrpcMethod<TRequest, TResponse> method,
    Func<TRequest, GrpcServerContext, IAsyncEnumerable<TResponse>> handler,
    GrpcServerOptions options,
    TimeProvider time,
    ILogger logger) : GrpcServerCall<TRequest, TResponse>(method, options, time, logger)
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    protected override async Task AnswerAsync(TRequest request, GrpcServerContext call)
    {
        var output = call.HttpContext.Response.BodyWriter;
        var begun = false;
        await foreach (var message in handler(request, call).WithCancellation(call.CancellationToken))
        {
            if (!begun)
            {
                begun = true;
                call.SendHeaders();
            }

            GrpcFraming.Write(output, message, Options.MaxSendBytes, call.ResponseEncoding);

            // Waits while the caller does not read.
            await output.FlushAsync(call.CancellationToken);
        }

        if (!begun)
        {
            call.SendHeaders();
        }
    }
}
