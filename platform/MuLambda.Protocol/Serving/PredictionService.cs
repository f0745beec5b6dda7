using MuLambda.Protocol.Grpc;

namespace MuLambda.Protocol.Serving;

/// <summary>The methods of <c>tensorflow.serving.PredictionService</c>.</summary>
public static class PredictionService
{
    /// <summary>Runs a model on input tensors.</summary>
    public static GrpcMethod<PredictRequest, PredictResponse> Predict { get; } =
        new("tensorflow.serving.PredictionService", "Predict", PredictRequest.Parser, PredictResponse.Parser);
}
