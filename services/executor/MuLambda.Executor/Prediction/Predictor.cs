using System.Diagnostics;
using MuLambda.Executor.Metrics;
using MuLambda.Executor.Models;
using MuLambda.Executor.Scheduling;
using MuLambda.Executor.Synthetic;
using MuLambda.Inference;
using MuLambda.Protocol.Grpc;

namespace MuLambda.Executor.Prediction;

/// <summary>Runs models for whoever asks, whichever way; failures are statuses of gRPC.</summary>
internal sealed partial class Predictor(
    ModelManager models,
    RunGate gate,
    SyntheticModels synthetic,
    ExecutorMetrics metrics,
    ExecutorIdentity identity,
    TimeProvider time,
    ILogger<Predictor> logger)
{
    public const string SourceName = "MuLambda.Executor";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>Waits for its turn and runs one signature.</summary>
    /// <param name="call">What is asked.</param>
    /// <param name="read">Gives the input once the model is there.</param>
    /// <returns>The outputs; the caller disposes them when they are written.</returns>
    /// <exception cref="GrpcException">NOT_FOUND, UNAVAILABLE, INVALID_ARGUMENT, RESOURCE_EXHAUSTED, FAILED_PRECONDITION or INTERNAL.</exception>
    /// <exception cref="OperationCanceledException">The call's token fired.</exception>
    public async Task<Prediction> PredictAsync(PredictionCall call, Func<LoadedModel, PredictionInput> read)
    {
        using var request = metrics.Begin(call);
        using var activity = Start(call);
        try
        {
            var lease = await models.AcquireAsync(call.Model, call.Version, call.CancellationToken);
            try
            {
                activity?.SetTag("mulambda.model.version", lease.Version);
                using var input = read(lease.Model);
                activity?.SetTag("mulambda.items", input.Items);
                using var stay = synthetic.Find(call.Model)?.Enter(input);
                var outputs = await RunAsync(call, lease, input, stay);
                request.Outcome = StatusCode.Ok;
                return new Prediction(lease, input.Signature, outputs, request.Ahead);
            }
            catch
            {
                lease.Dispose();
                throw;
            }
        }
        catch (Exception e)
        {
            request.Outcome = Explain(e, call, activity);
            throw;
        }
    }

    /// <summary>Waits for its turn and runs several signatures of one version on the same input, one after the other.</summary>
    /// <param name="call">What is asked.</param>
    /// <param name="read">Gives the inputs once the model is there.</param>
    /// <param name="use">Takes the outputs of each; they are gone afterwards.</param>
    /// <returns>The version that answered.</returns>
    /// <exception cref="GrpcException">As from <see cref="PredictAsync"/>.</exception>
    /// <exception cref="OperationCanceledException">The call's token fired.</exception>
    public async Task<long> PredictAllAsync(
        PredictionCall call, Func<LoadedModel, IReadOnlyList<PredictionInput>> read, Action<int, ModelOutputs> use)
    {
        using var request = metrics.Begin(call);
        using var activity = Start(call);
        try
        {
            using var lease = await models.AcquireAsync(call.Model, call.Version, call.CancellationToken);
            activity?.SetTag("mulambda.model.version", lease.Version);
            var inputs = read(lease.Model);
            activity?.SetTag("mulambda.items", inputs[0].Items);
            using var stay = synthetic.Find(call.Model)?.Enter(inputs[0]);
            using (await gate.EnterAsync(call.CancellationToken))
            {
                for (var i = 0; i < inputs.Count; i++)
                {
                    using var input = inputs[i];
                    var started = time.GetTimestamp();
                    using var outputs = Run(call, lease, input);
                    metrics.Ran(call, time.GetElapsedTime(started));
                    use(i, outputs);
                }
            }

            await (stay?.OverAsync(call.CancellationToken) ?? Task.CompletedTask);

            request.Outcome = StatusCode.Ok;
            return lease.Version;
        }
        catch (Exception e)
        {
            request.Outcome = Explain(e, call, activity);
            throw;
        }
    }

    private Activity? Start(in PredictionCall call)
    {
        var activity = Source.StartActivity("predict");
        activity?.SetTag("mulambda.model", call.Model).SetTag("mulambda.executor", identity.Id);
        return activity;
    }

    private async ValueTask<ModelOutputs> RunAsync(
        PredictionCall call, ModelLease lease, PredictionInput input, SyntheticModel.Stay? stay)
    {
        long started;
        ModelOutputs outputs;
        using (await gate.EnterAsync(call.CancellationToken))
        {
            started = time.GetTimestamp();
            outputs = Run(call, lease, input);
        }

        if (stay is not null)
        {
            try
            {
                await stay.OverAsync(call.CancellationToken);
            }
            catch
            {
                outputs.Dispose();
                throw;
            }
        }

        metrics.Ran(call, time.GetElapsedTime(started));
        return outputs;
    }

    private ModelOutputs Run(in PredictionCall call, in ModelLease lease, PredictionInput input)
    {
        try
        {
            SignatureChecks.RequireNames(lease.Model.Describe(input.Signature), input);
            return lease.Model.Run(input.Signature, input.Tensors, input.Outputs, call.CancellationToken);
        }
        catch (ObjectDisposedException e)
        {
            throw new GrpcException(StatusCode.Unavailable, "The executor is stopping.", e);
        }
        catch (InferenceException e) when (e.Error is not (InferenceError.Runtime or InferenceError.RuntimeMissing))
        {
            throw new GrpcException(SignatureChecks.StatusOf(e.Error), e.Message, e);
        }
        catch (Exception e) when (e is not (OperationCanceledException or GrpcException))
        {
            LogFailed(logger, call.Model, e);
            throw new GrpcException(StatusCode.Internal, $"The model '{call.Model}' failed to run.", e);
        }
    }

    private static StatusCode Explain(Exception e, in PredictionCall call, Activity? activity)
    {
        var outcome = e switch
        {
            GrpcException grpc => grpc.StatusCode,
            OperationCanceledException when call.CallerGone.IsCancellationRequested => StatusCode.Cancelled,
            OperationCanceledException => StatusCode.DeadlineExceeded,
            _ => StatusCode.Internal,
        };
        activity?.SetStatus(ActivityStatusCode.Error, e is OperationCanceledException ? "cancelled" : e.Message);
        return outcome;
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "{Model} failed to run")]
    private static partial void LogFailed(ILogger logger, string model, Exception exception);
}
