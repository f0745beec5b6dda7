using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using MuLambda.Executor.Models;
using MuLambda.Executor.Options;
using MuLambda.Executor.Prediction;
using MuLambda.Executor.Scheduling;
using MuLambda.Inference;
using MuLambda.Protocol.Grpc;
using MuLambda.Protocol.Serving;
using MuLambda.ServiceDefaults.Grpc;

namespace MuLambda.Executor.Grpc;

/// <summary><c>tensorflow.serving.PredictionService</c>.</summary>
internal sealed class PredictionServiceEndpoints(Predictor predictor, ExamplePredictor examples, ModelManager models)
{
    private const string SignatureDef = "signature_def";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        var services = endpoints.ServiceProvider;
        var service = ActivatorUtilities.CreateInstance<PredictionServiceEndpoints>(services);
        var options = services.GetRequiredService<ExecutorOptions>();
        var limits = new GrpcServerOptions
        {
            MaxReceiveBytes = options.MaxRequestBytes,
            MaxDuration = options.RequestTimeout,
            Admit = services.GetRequiredService<AdmissionGate>().Enter,
        };
        endpoints.MapGrpcUnary(PredictionService.Predict, service.PredictAsync, limits);
        endpoints.MapGrpcUnary(PredictionService.Classify, service.ClassifyAsync, limits);
        endpoints.MapGrpcUnary(PredictionService.Regress, service.RegressAsync, limits);
        endpoints.MapGrpcUnary(PredictionService.MultiInference, service.MultiInferenceAsync, limits);
        endpoints.MapGrpcUnary(PredictionService.GetModelMetadata, service.GetModelMetadataAsync, limits with { Admit = null });
    }

    private async Task<PredictResponse> PredictAsync(PredictRequest request, GrpcServerContext context)
    {
        var spec = ModelSpecs.Require(request.ModelSpec);
        var prediction = await predictor.PredictAsync(CallOf(spec, PredictionCall.Predict, context), model => Read(model, request));

        // The answer borrows the outputs' memory.
        context.DisposeAfterAnswer(prediction);

        // Set on the response itself: a list of metadata would be an allocation more.
        context.HttpContext.Response.Headers[RequestsAheadHeader.Name] = RequestsAheadHeader.Format(prediction.RequestsAhead);
        var response = new PredictResponse { ModelSpec = ModelSpecs.Answer(prediction.Model, prediction.Version, prediction.Signature) };
        var outputs = prediction.Outputs;
        for (var i = 0; i < outputs.Count; i++)
        {
            response.Outputs.Add(outputs[i].Name, outputs[i].Tensor.BorrowAsTensorProto());
        }

        return response;
    }

    private async Task<ClassificationResponse> ClassifyAsync(ClassificationRequest request, GrpcServerContext context)
    {
        var spec = ModelSpecs.Require(request.ModelSpec);
        var (result, version) = await examples.ClassifyAsync(
            CallOf(spec, PredictionCall.Classify, context), spec.SignatureName, request.Input);
        return new ClassificationResponse { ModelSpec = ModelSpecs.Answer(spec.Name, version, spec.SignatureName), Result = result };
    }

    private async Task<RegressionResponse> RegressAsync(RegressionRequest request, GrpcServerContext context)
    {
        var spec = ModelSpecs.Require(request.ModelSpec);
        var (result, version) = await examples.RegressAsync(
            CallOf(spec, PredictionCall.Regress, context), spec.SignatureName, request.Input);
        return new RegressionResponse { ModelSpec = ModelSpecs.Answer(spec.Name, version, spec.SignatureName), Result = result };
    }

    private async Task<MultiInferenceResponse> MultiInferenceAsync(MultiInferenceRequest request, GrpcServerContext context)
    {
        var spec = RequireTasks(request.Tasks);
        var (results, version) = await examples.InferAsync(
            CallOf(spec, PredictionCall.MultiInference, context), request.Tasks, request.Input);
        var response = new MultiInferenceResponse();
        for (var i = 0; i < results.Length; i++)
        {
            results[i].ModelSpec = ModelSpecs.Answer(spec.Name, version, request.Tasks[i].ModelSpec.SignatureName);
            response.Results.Add(results[i]);
        }

        return response;
    }

    private async Task<GetModelMetadataResponse> GetModelMetadataAsync(GetModelMetadataRequest request, GrpcServerContext context)
    {
        var spec = ModelSpecs.Require(request.ModelSpec);
        if (request.MetadataField.Count == 0)
        {
            throw Invalid("GetModelMetadataRequest must specify at least one metadata_field");
        }

        if (request.MetadataField.FirstOrDefault(field => field != SignatureDef) is { } unknown)
        {
            throw Invalid($"Metadata field {unknown} is not supported");
        }

        using var lease = await models.AcquireAsync(spec.Name, ModelSpecs.VersionOf(spec), context.CancellationToken);
        return new GetModelMetadataResponse
        {
            ModelSpec = ModelSpecs.Answer(lease.Name, lease.Version, string.Empty),
            Metadata = { [SignatureDef] = Any.Pack(SignatureDefs.Of(lease.Model.Description)) },
        };
    }

    private static PredictionInput Read(LoadedModel model, PredictRequest request)
    {
        var name = request.ModelSpec.SignatureName;
        if (SignatureChecks.Find(model, name) is null)
        {
            throw new GrpcException(
                StatusCode.FailedPrecondition,
                $"Serving signature key \"{(name.Length > 0 ? name : ModelFormats.DefaultSignature)}\" not found.");
        }

        var input = new PredictionInput(name, request.OutputFilter);
        try
        {
            foreach (var (key, proto) in request.Inputs)
            {
                input.Add(key, proto.ToTensor(key));
            }

            return input;
        }
        catch (InferenceException e)
        {
            input.Dispose();
            throw new GrpcException(SignatureChecks.StatusOf(e.Error), e.Message, e);
        }
    }

    private static ModelSpec RequireTasks(RepeatedField<InferenceTask> tasks)
    {
        if (tasks.Count == 0)
        {
            throw Invalid("Inference request must have at least one task.");
        }

        var signatures = new HashSet<string>(StringComparer.Ordinal);
        foreach (var task in tasks)
        {
            if (task.ModelSpec is not { Name.Length: > 0 } spec)
            {
                throw Invalid("Found ModelSpec with an empty model name.");
            }

            if (spec.Name != tasks[0].ModelSpec.Name || !ModelSpecs.VersionOf(spec).Equals(ModelSpecs.VersionOf(tasks[0].ModelSpec)))
            {
                throw Invalid("All ModelSpecs in a MultiInferenceRequest must access the same model name and version.");
            }

            var signature = spec.SignatureName.Length > 0 ? spec.SignatureName : ModelFormats.DefaultSignature;
            if (!signatures.Add(signature))
            {
                throw Invalid($"Duplicate evaluation of signature: {signature}");
            }
        }

        return tasks[0].ModelSpec;
    }

    private static PredictionCall CallOf(ModelSpec spec, string api, GrpcServerContext context) => new(
        spec.Name, ModelSpecs.VersionOf(spec), api, PredictionCall.Grpc, context.CancellationToken, context.HttpContext.RequestAborted);

    private static GrpcException Invalid(string message) => new(StatusCode.InvalidArgument, message);
}
