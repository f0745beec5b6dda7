using MuLambda.Protocol.Grpc;

namespace MuLambda.Protocol.OpenInference;

/// <summary>The methods of <c>inference.GRPCInferenceService</c>.</summary>
public static class GrpcInferenceService
{
    /// <summary>The service's full name.</summary>
    public const string Name = "inference.GRPCInferenceService";

    /// <summary>Whether the server is up.</summary>
    public static GrpcMethod<ServerLiveRequest, ServerLiveResponse> ServerLive { get; } =
        new(Name, "ServerLive", ServerLiveRequest.Parser, ServerLiveResponse.Parser);

    /// <summary>Whether the server can answer inferences.</summary>
    public static GrpcMethod<ServerReadyRequest, ServerReadyResponse> ServerReady { get; } =
        new(Name, "ServerReady", ServerReadyRequest.Parser, ServerReadyResponse.Parser);

    /// <summary>Whether a model can answer inferences.</summary>
    public static GrpcMethod<ModelReadyRequest, ModelReadyResponse> ModelReady { get; } =
        new(Name, "ModelReady", ModelReadyRequest.Parser, ModelReadyResponse.Parser);

    /// <summary>Name, version and extensions of the server.</summary>
    public static GrpcMethod<ServerMetadataRequest, ServerMetadataResponse> ServerMetadata { get; } =
        new(Name, "ServerMetadata", ServerMetadataRequest.Parser, ServerMetadataResponse.Parser);

    /// <summary>What a model takes and answers.</summary>
    public static GrpcMethod<ModelMetadataRequest, ModelMetadataResponse> ModelMetadata { get; } =
        new(Name, "ModelMetadata", ModelMetadataRequest.Parser, ModelMetadataResponse.Parser);

    /// <summary>Runs a model on input tensors.</summary>
    public static GrpcMethod<ModelInferRequest, ModelInferResponse> ModelInfer { get; } =
        new(Name, "ModelInfer", ModelInferRequest.Parser, ModelInferResponse.Parser);
}
