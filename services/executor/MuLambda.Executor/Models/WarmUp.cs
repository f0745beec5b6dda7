using Google.Protobuf;
using MuLambda.Executor.Options;
using MuLambda.Inference;
using MuLambda.Protocol.Serving;
using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Executor.Models;

/// <summary>
/// Runs a version before it is available, so that no request pays for what a first run does: with the requests the model
/// brings along, as TensorFlow Serving does, or else every signature once with zeros. A failure hinders nothing.
/// </summary>
internal sealed partial class WarmUp(ExecutorOptions options, TimeProvider time, ILogger<WarmUp> logger)
{
    /// <summary>Where a SavedModel has its requests.</summary>
    public static readonly string RequestFile = Path.Combine("assets.extra", "tf_serving_warmup_requests");

    private const int MaxRequests = 1000;
    private const long MaxElements = 64 * 1024 * 1024;

    /// <summary>Runs a model as often as it takes.</summary>
    /// <param name="name">The model's name, for the log.</param>
    /// <param name="model">The model.</param>
    /// <param name="path">Its directory or file.</param>
    /// <param name="cancellationToken">The version is not wanted any more.</param>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public void Run(string name, LoadedModel model, string path, CancellationToken cancellationToken)
    {
        if (!options.WarmUp)
        {
            return;
        }

        using var timeout = new CancellationTokenSource(options.WarmUpTimeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            var file = Path.Combine(path, RequestFile);
            if (File.Exists(file))
            {
                RunFile(name, model, file, linked.Token);
            }
            else
            {
                RunZeros(name, model, linked.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            LogTooLong(logger, name, options.WarmUpTimeout.TotalSeconds);
        }
    }

    private void RunFile(string name, LoadedModel model, string file, CancellationToken cancellationToken)
    {
        var requests = 0;
        try
        {
            foreach (var record in RecordFile.Read(file, options.MaxRequestBytes).Take(MaxRequests))
            {
                if (PredictionLog.Parser.ParseFrom(record) is { PredictLog.Request: { } request })
                {
                    Run(model, request.ModelSpec?.SignatureName ?? string.Empty, request.Inputs, cancellationToken);
                    requests++;
                }
            }

            LogRequests(logger, name, requests);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            var what = $"request {requests + 1} of {RequestFile}";
            LogFailed(logger, name, what, e.Message);
        }
    }

    private void RunZeros(string name, LoadedModel model, CancellationToken cancellationToken)
    {
        foreach (var signature in model.Description.Signatures)
        {
            try
            {
                Run(
                    model,
                    signature.Name,
                    [.. signature.Inputs.Select(input => KeyValuePair.Create(input.Name, Zeros(input)))],
                    cancellationToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // Not every model takes zeros, or sizes of 1 where any may be given.
                var what = $"signature {signature.Name} with zeros";
                LogFailed(logger, name, what, e.Message);
            }
        }
    }

    private static void Run(
        LoadedModel model, string signature, IEnumerable<KeyValuePair<string, TensorProto>> inputs, CancellationToken cancellationToken)
    {
        var tensors = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        try
        {
            foreach (var (key, proto) in inputs)
            {
                tensors.Add(key, proto.ToTensor(key));
            }

            using var outputs = model.Run(signature, tensors, null, cancellationToken);
            foreach (var output in outputs)
            {
                output.Tensor.ToTensorProto();
            }
        }
        finally
        {
            foreach (var tensor in tensors.Values)
            {
                tensor.Dispose();
            }
        }
    }

    /// <summary>Zeros, 1 in every dimension that is open; an empty string, which is an example without features too.</summary>
    private static TensorProto Zeros(TensorSpec input)
    {
        var proto = new TensorProto { Dtype = input.DType.ToTensorFlow(), TensorShape = new TensorShapeProto() };
        var elements = 1L;
        foreach (var size in input.Shape ?? [])
        {
            proto.TensorShape.Dim.Add(new TensorShapeProto.Types.Dim { Size = size < 0 ? 1 : size });
            elements = checked(elements * (size < 0 ? 1 : size));
            if (elements > MaxElements)
            {
                throw new InvalidDataException($"{input} has more than {MaxElements} elements.");
            }
        }

        if (input.DType == DType.String)
        {
            proto.StringVal.AddRange(Enumerable.Repeat(ByteString.Empty, (int)elements));
        }
        else
        {
            proto.TensorContent = UnsafeByteOperations.UnsafeWrap(new byte[elements * input.DType.Size()]);
        }

        return proto;
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "{Model} is warm: it has answered {Count} requests of its own")]
    private static partial void LogRequests(ILogger logger, string model, int count);

    [LoggerMessage(EventId = 2, Level = LogLevel.Information, Message = "{Model} was not warmed by {What}: {Reason}")]
    private static partial void LogFailed(ILogger logger, string model, string what, string reason);

    [LoggerMessage(EventId = 3, Level = LogLevel.Warning, Message = "{Model} is not warm after {Seconds} s; it is served all the same")]
    private static partial void LogTooLong(ILogger logger, string model, double seconds);
}
