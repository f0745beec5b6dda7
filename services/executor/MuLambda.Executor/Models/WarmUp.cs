using Google.Protobuf;
using MuLambda.Executor.Options;
using MuLambda.Executor.Rest;
using MuLambda.Inference;
using MuLambda.Protocol;
using MuLambda.Protocol.Rest;
using MuLambda.Protocol.Serving;
using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Executor.Models;

/// <summary>
/// Runs a version before it is available, so that no request pays for what a first run does: with the requests the model
/// brings along, as TensorFlow Serving does, or else every signature once with zeros; the first request and the zeros also as
/// JSON, which is as expensive the first time. A failure hinders nothing.
/// </summary>
internal sealed partial class WarmUp(ExecutorOptions options, TimeProvider time, ILogger<WarmUp> logger)
{
    /// <summary>Where a SavedModel has its requests.</summary>
    public static readonly string RequestFile = Path.Combine("assets.extra", "tf_serving_warmup_requests");

    private const int MaxRequests = 1000;
    private const long MaxElements = 64 * 1024 * 1024;

    // As JSON this many bytes take milliseconds; what is larger takes longer than it saves.
    private const int MaxJsonBytes = 1024 * 1024;

    /// <summary>Runs a model as often as it takes.</summary>
    /// <param name="name">The model's name, for the log.</param>
    /// <param name="model">The model.</param>
    /// <param name="path">Its directory or file.</param>
    /// <param name="cancellationToken">The version is not wanted any more.</param>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public void Run(string name, LoadedModel model, string path, CancellationToken cancellationToken)
    {
        using var requests = OpenRequests(path);
        Run(name, model, requests, cancellationToken);
    }

    /// <summary>The requests that a model brings along, or null; the caller disposes them.</summary>
    /// <param name="path">The model's directory or file.</param>
    public static FileStream? OpenRequests(string path)
    {
        var file = Path.Combine(path, RequestFile);
        return File.Exists(file) ? File.OpenRead(file) : null;
    }

    /// <summary>Runs a model as often as it takes.</summary>
    /// <param name="name">The model's name, for the log.</param>
    /// <param name="model">The model.</param>
    /// <param name="requests">The requests that it brings along, or null for none.</param>
    /// <param name="cancellationToken">The version is not wanted any more.</param>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public void Run(string name, LoadedModel model, Stream? requests, CancellationToken cancellationToken)
    {
        if (!options.WarmUp)
        {
            return;
        }

        using var timeout = new CancellationTokenSource(options.WarmUpTimeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            if (requests is not null)
            {
                RunRequests(name, model, requests, linked.Token);
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

    private void RunRequests(string name, LoadedModel model, Stream file, CancellationToken cancellationToken)
    {
        var requests = 0;
        try
        {
            foreach (var record in RecordFile.Read(file, RequestFile, options.MaxRequestBytes).Take(MaxRequests))
            {
                if (PredictionLog.Parser.ParseFrom(record) is { PredictLog.Request: { } request })
                {
                    var signature = request.ModelSpec is { SignatureName.Length: > 0 } spec ? spec.SignatureName : ModelFormats.DefaultSignature;
                    Run(name, model, signature, request.Inputs, withJson: requests == 0, cancellationToken);
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
                KeyValuePair<string, TensorProto>[] zeros = [.. signature.Inputs.Select(input => KeyValuePair.Create(input.Name, Zeros(input)))];
                Run(name, model, signature.Name, zeros, withJson: true, cancellationToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // Not every model takes zeros, or sizes of 1 where any may be given.
                var what = $"signature {signature.Name} with zeros";
                LogFailed(logger, name, what, e.Message);
            }
        }
    }

    private void Run(
        string name,
        LoadedModel model,
        string signature,
        IReadOnlyCollection<KeyValuePair<string, TensorProto>> inputs,
        bool withJson,
        CancellationToken cancellationToken)
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

            if (withJson)
            {
                Rehearse(name, model, signature, inputs, outputs);
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

    /// <summary>Reads the inputs and writes the outputs as it is done over REST.</summary>
    private void Rehearse(
        string name, LoadedModel model, string signature, IReadOnlyCollection<KeyValuePair<string, TensorProto>> inputs, ModelOutputs outputs)
    {
        var borrowed = PredictBody.Borrow(outputs);
        if (inputs.Count == 0 || IsLarge(inputs) || IsLarge(borrowed))
        {
            return;
        }

        try
        {
            using var body = new PooledBuffer();
            using var answer = new PooledBuffer();
            PredictJson.WriteRequest(body, signature, inputs, FormatFor(inputs));
            PredictBody.Read(body.WrittenSpan, model, PredictJsonLimits.Default).Input.Dispose();
            PredictJson.WriteResponse(answer, borrowed, FormatFor(borrowed));
            LogRehearsed(logger, name, signature, body.Length, answer.Length);
        }
        catch (Exception e)
        {
            var what = $"signature {signature} with JSON";
            LogFailed(logger, name, what, e.Message);
        }
    }

    private static bool IsLarge(IEnumerable<KeyValuePair<string, TensorProto>> tensors) =>
        tensors.Sum(tensor => (long)tensor.Value.CalculateSize()) > MaxJsonBytes;

    // Rows are what callers send; they take the same number in every tensor.
    private static PredictJsonFormat FormatFor(IEnumerable<KeyValuePair<string, TensorProto>> tensors) =>
        tensors.Select(tensor => tensor.Value.TensorShape?.Dim is [var first, ..] ? first.Size : 0).Distinct().ToArray() is [> 0]
            ? PredictJsonFormat.Row
            : PredictJsonFormat.Column;

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

    [LoggerMessage(EventId = 4, Level = LogLevel.Debug, Message = "{Model} answered {Signature} with JSON: {Asked} bytes with {Answered}")]
    private static partial void LogRehearsed(ILogger logger, string model, string signature, int asked, int answered);
}
