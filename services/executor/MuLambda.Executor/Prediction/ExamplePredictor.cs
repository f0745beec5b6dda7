using MuLambda.Executor.Metrics;
using MuLambda.Inference;
using MuLambda.Protocol.Grpc;
using MuLambda.Protocol.Serving;

namespace MuLambda.Executor.Prediction;

/// <summary>Classification and regression of examples, whichever way they came.</summary>
internal sealed class ExamplePredictor(Predictor predictor, ExecutorMetrics metrics)
{
    /// <summary>Classifies examples.</summary>
    /// <returns>The classes, and the version that answered.</returns>
    /// <exception cref="GrpcException">As from <see cref="Predictor.PredictAsync"/>, or the signature does not classify.</exception>
    public async Task<(ClassificationResult Result, long Version)> ClassifyAsync(PredictionCall call, string signature, Input? input)
    {
        using var prediction = await predictor.PredictAsync(
            call, model => Read(call, Find(model, signature), input, SignatureChecks.RequireClassification));
        return (ExampleResults.Classification(prediction.Outputs, Examples.Count(input)), prediction.Version);
    }

    /// <summary>Gives a number for each example.</summary>
    /// <returns>The numbers, and the version that answered.</returns>
    /// <exception cref="GrpcException">As from <see cref="Predictor.PredictAsync"/>, or the signature does not regress.</exception>
    public async Task<(RegressionResult Result, long Version)> RegressAsync(PredictionCall call, string signature, Input? input)
    {
        using var prediction = await predictor.PredictAsync(
            call, model => Read(call, Find(model, signature), input, SignatureChecks.RequireRegression));
        return (ExampleResults.Regression(prediction.Outputs, Examples.Count(input)), prediction.Version);
    }

    /// <summary>Classifies and regresses the same examples with several signatures of one version.</summary>
    /// <returns>A result for each task, and the version that answered.</returns>
    /// <exception cref="GrpcException">As from <see cref="Predictor.PredictAsync"/>, or a task is not one of these two.</exception>
    public async Task<(InferenceResult[] Results, long Version)> InferAsync(
        PredictionCall call, IReadOnlyList<InferenceTask> tasks, Input? input)
    {
        var results = new InferenceResult[tasks.Count];
        var version = await predictor.PredictAllAsync(
            call,
            model => [.. tasks.Select(task => ReadTask(call, model, task, input))],
            (i, outputs) => results[i] = tasks[i].MethodName == SignatureMethods.Classify
                ? new InferenceResult { ClassificationResult = ExampleResults.Classification(outputs, Examples.Count(input)) }
                : new InferenceResult { RegressionResult = ExampleResults.Regression(outputs, Examples.Count(input)) });
        return (results, version);
    }

    private PredictionInput ReadTask(in PredictionCall call, LoadedModel model, InferenceTask task, Input? input)
    {
        var name = task.ModelSpec.SignatureName;
        var signature = SignatureChecks.Find(model, name)
            ?? throw new GrpcException(
                StatusCode.InvalidArgument,
                $"Requested signature not found in model graph: {(name.Length > 0 ? name : ModelFormats.DefaultSignature)}");
        return Read(call, signature, input, task.MethodName switch
        {
            SignatureMethods.Classify => SignatureChecks.RequireClassification,
            SignatureMethods.Regress => SignatureChecks.RequireRegression,
            _ => throw new GrpcException(StatusCode.Unimplemented, $"Unsupported signature method_name: {task.MethodName}"),
        });
    }

    private PredictionInput Read(in PredictionCall call, SignatureDescription signature, Input? input, Action<SignatureDescription> require)
    {
        require(signature);
        var examples = Examples.ToTensor(input);
        metrics.CountExamples(call.Model, examples.Length);

        // Only what the result is made of; a signature may have outputs of other names beside.
        var outputs = signature.Outputs.Select(output => output.Name)
            .Where(name => name is SignatureMethods.Classes or SignatureMethods.Scores or SignatureMethods.Outputs);
        var read = new PredictionInput(signature.Name, [.. outputs]);
        read.Add(SignatureMethods.Inputs, examples);
        return read;
    }

    private static SignatureDescription Find(LoadedModel model, string signature) =>
        SignatureChecks.Find(model, signature)
        ?? throw new GrpcException(
            StatusCode.InvalidArgument,
            $"No signature was found with the name: {(signature.Length > 0 ? signature : ModelFormats.DefaultSignature)}");
}
