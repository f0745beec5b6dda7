using MuLambda.Executor.Models;
using MuLambda.Executor.Options;
using MuLambda.Executor.Prediction;
using MuLambda.Executor.Scheduling;
using MuLambda.Protocol.Grpc;
using MuLambda.Protocol.Serving;
using MuLambda.ServiceDefaults.Grpc;

namespace MuLambda.Executor.Grpc;

/// <summary><c>tensorflow.serving.PredictionService/Predict</c>.</summary>
internal static class PredictionServiceEndpoint
{
    public static void MapPredictionService(this IEndpointRouteBuilder endpoints)
    {
        var predictor = endpoints.ServiceProvider.GetRequiredService<Predictor>();
        var options = endpoints.ServiceProvider.GetRequiredService<ExecutorOptions>();
        var admission = endpoints.ServiceProvider.GetRequiredService<AdmissionGate>();
        endpoints.MapGrpcUnary(
            PredictionService.Predict,
            (request, call) => PredictAsync(predictor, request, call.CancellationToken),
            new GrpcServerOptions { MaxReceiveBytes = options.MaxRequestBytes, Admit = admission.Enter });
    }

    private static async Task<PredictResponse> PredictAsync(Predictor predictor, PredictRequest request, CancellationToken cancellationToken)
    {
        var spec = request.ModelSpec ?? throw Invalid("model_spec is missing.");
        if (spec.Name.Length == 0)
        {
            throw Invalid("model_spec.name is empty.");
        }

        var prediction = await predictor.PredictAsync(
            spec.Name,
            spec.VersionChoiceCase == ModelSpec.VersionChoiceOneofCase.VersionLabel
                ? VersionChoice.Labelled(spec.VersionLabel)
                : VersionChoice.Of(spec.Version),
            _ => new PredictionInput(spec.SignatureName, request.Inputs, request.OutputFilter),
            cancellationToken);
        var response = new PredictResponse
        {
            ModelSpec = new ModelSpec { Name = prediction.Model, Version = prediction.Version, SignatureName = prediction.Signature },
        };
        foreach (var (name, tensor) in prediction.Outputs)
        {
            response.Outputs.Add(name, tensor);
        }

        return response;
    }

    private static GrpcException Invalid(string message) => new(StatusCode.InvalidArgument, message);
}
