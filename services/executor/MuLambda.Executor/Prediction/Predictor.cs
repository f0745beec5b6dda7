using System.Diagnostics;
using MuLambda.Executor.Metrics;
using MuLambda.Executor.Models;
using MuLambda.Executor.Options;
using MuLambda.Executor.Scheduling;
using MuLambda.Inference;
using MuLambda.Protocol.Grpc;
using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Executor.Prediction;

/// <summary>Answers predict requests, whichever way they came; failures are statuses of gRPC.</summary>
internal sealed partial class Predictor(
    ModelManager models,
    RunGate gate,
    ExecutorMetrics metrics,
    ExecutorIdentity identity,
    ExecutorOptions options,
    TimeProvider time,
    ILogger<Predictor> logger)
{
    public const string SourceName = "MuLambda.Executor";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>Waits for its turn and runs a model.</summary>
    /// <param name="name">The model.</param>
    /// <param name="version">Which version.</param>
    /// <param name="read">Gives the input once the model is known to be available.</param>
    /// <param name="cancellationToken">Fires when nobody waits for the answer any more.</param>
    /// <exception cref="GrpcException">NOT_FOUND, UNAVAILABLE, INVALID_ARGUMENT, RESOURCE_EXHAUSTED, DEADLINE_EXCEEDED or INTERNAL.</exception>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public async Task<Prediction> PredictAsync(
        string name, VersionChoice version, Func<LoadedModel, PredictionInput> read, CancellationToken cancellationToken)
    {
        using var request = metrics.Begin(name);
        using var activity = Source.StartActivity("predict");
        activity?.SetTag("mulambda.model", name).SetTag("mulambda.executor", identity.Id);
        using var timeout = new CancellationTokenSource(options.RequestTimeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var lease = await models.AcquireAsync(name, version, linked.Token);
            activity?.SetTag("mulambda.model.version", lease.Version);
            var input = read(lease.Model);
            activity?.SetTag("mulambda.items", input.Items ?? ItemsOf(input.Inputs));
            using var turn = await gate.EnterAsync(linked.Token);
            var started = time.GetTimestamp();
            var prediction = Run(lease, input, linked.Token);
            metrics.Ran(time.GetElapsedTime(started));
            request.Outcome = StatusCode.Ok;
            return prediction;
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            var failure = Describe(e, name);
            request.Outcome = failure.StatusCode;
            activity?.SetStatus(ActivityStatusCode.Error, failure.Message);
            throw failure;
        }
        catch (OperationCanceledException)
        {
            activity?.SetStatus(ActivityStatusCode.Error, "cancelled");
            throw;
        }
    }

    private static Prediction Run(in ModelLease lease, PredictionInput input, CancellationToken cancellationToken)
    {
        var tensors = new Dictionary<string, Tensor>(input.Inputs.Count, StringComparer.Ordinal);
        try
        {
            foreach (var (key, proto) in input.Inputs)
            {
                tensors.Add(key, proto.ToTensor(key));
            }

            using var outputs = lease.Model.Run(input.Signature, tensors, input.OutputFilter, cancellationToken);
            var answer = new KeyValuePair<string, TensorProto>[outputs.Count];
            for (var i = 0; i < answer.Length; i++)
            {
                answer[i] = new(outputs[i].Name, outputs[i].Tensor.ToTensorProto());
            }

            return new Prediction(
                lease.Name, lease.Version, input.Signature.Length > 0 ? input.Signature : ModelFormats.DefaultSignature, answer);
        }
        finally
        {
            foreach (var tensor in tensors.Values)
            {
                tensor.Dispose();
            }
        }
    }

    private GrpcException Describe(Exception e, string model)
    {
        switch (e)
        {
            case GrpcException grpc:
                return grpc;
            case OperationCanceledException:
                return new GrpcException(
                    StatusCode.DeadlineExceeded, $"The model '{model}' did not answer within {options.RequestTimeout.TotalSeconds} s.", e);
            case ObjectDisposedException:
                return new GrpcException(StatusCode.Unavailable, "The executor is stopping.", e);
            case InferenceException { Error: not (InferenceError.Runtime or InferenceError.RuntimeMissing) }:
                return new GrpcException(StatusCode.InvalidArgument, e.Message, e);
            default:
                LogFailed(logger, model, e);
                return new GrpcException(StatusCode.Internal, $"The model '{model}' failed to run.", e);
        }
    }

    private static long ItemsOf(IReadOnlyCollection<KeyValuePair<string, TensorProto>> inputs)
    {
        foreach (var (_, tensor) in inputs)
        {
            return tensor.TensorShape is { Dim: [var first, ..] } ? first.Size : 1;
        }

        return 0;
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "{Model} failed to run")]
    private static partial void LogFailed(ILogger logger, string model, Exception exception);
}
