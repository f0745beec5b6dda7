using MuLambda.Executor.Options;
using MuLambda.Executor.Prediction;
using MuLambda.Executor.Scheduling;
using MuLambda.Protocol;
using MuLambda.Protocol.Grpc;
using MuLambda.Protocol.Rest;

namespace MuLambda.Executor.Rest;

/// <summary>What the calls that run models have in common over REST: admission, the body, the time limit.</summary>
internal sealed class RestCall(AdmissionGate admission, ExecutorOptions options, TimeProvider time)
{
    /// <summary>What a body may not exceed.</summary>
    public PredictJsonLimits Limits { get; } = PredictJsonLimits.Default with { MaxBytes = options.MaxRequestBytes };

    /// <summary>Maps a call: admits it, reads its body and lets the handler answer within the time limit.</summary>
    public RequestDelegate Answering(string api, Func<HttpContext, PredictionCall, PooledBuffer, Task> answer) => async context =>
    {
        using var admitted = admission.Enter();
        using var deadline = new CancellationTokenSource(options.RequestTimeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, context.RequestAborted);
        var route = ModelRoute.Of(context);
        try
        {
            using var body = await RestBody.ReadAsync(context, options.MaxRequestBytes, linked.Token);
            await answer(
                context,
                new PredictionCall(route.Model, route.Version, api, PredictionCall.Rest, linked.Token, context.RequestAborted),
                body);
        }
        catch (PredictJsonException e)
        {
            throw new GrpcException(StatusCode.InvalidArgument, e.Message, e);
        }
        catch (OperationCanceledException e) when (deadline.IsCancellationRequested && !context.RequestAborted.IsCancellationRequested)
        {
            throw new GrpcException(
                StatusCode.DeadlineExceeded, $"The request was not answered within {options.RequestTimeout.TotalSeconds} s, which is the server's limit.", e);
        }
    };
}
