using Google.Protobuf;
using Microsoft.Extensions.Logging;
using MuLambda.Protocol.Grpc;

namespace MuLambda.ServiceDefaults.Grpc;

/// <summary>Answers the calls of one unary method.</summary>
internal sealed class GrpcUnaryCall<TRequest, TResponse>(
    GrpcMethod<TRequest, TResponse> method,
    Func<TRequest, GrpcServerContext, Task<TResponse>> handler,
    GrpcServerOptions options,
    TimeProvider time,
    ILogger logger) : GrpcServerCall<TRequest, TResponse>(method, options, time, logger)
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    protected override async Task AnswerAsync(TRequest request, GrpcServerContext call)
    {
        var answer = await handler(request, call)
            ?? throw new InvalidOperationException($"The handler of {Method.Path} gave no answer.");
        call.SendHeaders();
        GrpcFraming.Write(call.HttpContext.Response.BodyWriter, answer, Options.MaxSendBytes, call.ResponseEncoding);
    }
}
