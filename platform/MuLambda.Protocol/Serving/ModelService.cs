using MuLambda.Protocol.Grpc;

namespace MuLambda.Protocol.Serving;

/// <summary>The methods of <c>tensorflow.serving.ModelService</c>.</summary>
public static class ModelService
{
    /// <summary>The service's full name.</summary>
    public const string Name = "tensorflow.serving.ModelService";

    /// <summary>Tells how far the versions of a model are.</summary>
    public static GrpcMethod<GetModelStatusRequest, GetModelStatusResponse> GetModelStatus { get; } =
        new(Name, "GetModelStatus", GetModelStatusRequest.Parser, GetModelStatusResponse.Parser);

    /// <summary>Replaces the models of the server.</summary>
    public static GrpcMethod<ReloadConfigRequest, ReloadConfigResponse> HandleReloadConfigRequest { get; } =
        new(Name, "HandleReloadConfigRequest", ReloadConfigRequest.Parser, ReloadConfigResponse.Parser);
}
