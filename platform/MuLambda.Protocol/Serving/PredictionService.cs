using MuLambda.Protocol.Grpc;

namespace MuLambda.Protocol.Serving;

/// <summary>The methods of <c>tensorflow.serving.PredictionService</c>.</summary>
public static class PredictionService
{
    /// <summary>The service's full name.</summary>
    public const string Name = "tensorflow.serving.PredictionService";

    /// <summary>Runs a model on input tensors.</summary>
    public static GrpcMethod<PredictRequest, PredictResponse> Predict { get; } =
        new(Name, "Predict", PredictRequest.Parser, PredictResponse.Parser);

    /// <summary>Classifies examples.</summary>
    public static GrpcMethod<ClassificationRequest, ClassificationResponse> Classify { get; } =
        new(Name, "Classify", ClassificationRequest.Parser, ClassificationResponse.Parser);

    /// <summary>Gives a number for each example.</summary>
    public static GrpcMethod<RegressionRequest, RegressionResponse> Regress { get; } =
        new(Name, "Regress", RegressionRequest.Parser, RegressionResponse.Parser);

    /// <summary>Runs several signatures of a model on the same examples.</summary>
    public static GrpcMethod<MultiInferenceRequest, MultiInferenceResponse> MultiInference { get; } =
        new(Name, "MultiInference", MultiInferenceRequest.Parser, MultiInferenceResponse.Parser);

    /// <summary>Tells a model's signatures.</summary>
    public static GrpcMethod<GetModelMetadataRequest, GetModelMetadataResponse> GetModelMetadata { get; } =
        new(Name, "GetModelMetadata", GetModelMetadataRequest.Parser, GetModelMetadataResponse.Parser);
}
