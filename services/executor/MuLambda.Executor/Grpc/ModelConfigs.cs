using MuLambda.Executor.Options;
using MuLambda.Protocol.Grpc;
using MuLambda.Protocol.Serving;
using Policy = MuLambda.Protocol.Serving.FileSystemStoragePathSourceConfig.Types.ServableVersionPolicy;

namespace MuLambda.Executor.Grpc;

/// <summary>TensorFlow Serving's configuration of a model.</summary>
internal static class ModelConfigs
{
    private static readonly string[] Platforms = ["", "tensorflow", "onnx"];

    /// <summary>Reads one. Where there is no <c>base_path</c>, the model is the registry's.</summary>
    /// <exception cref="GrpcException">INVALID_ARGUMENT: the platform or the policy is not known here.</exception>
    public static ConfiguredModel Read(ModelConfig config)
    {
        if (!Platforms.Contains(config.ModelPlatform))
        {
            throw new GrpcException(
                StatusCode.InvalidArgument,
                $"model_platform of '{config.Name}' is '{config.ModelPlatform}'; expected tensorflow or onnx, or none.");
        }

        return new ConfiguredModel(config.Name, config.BasePath.Length > 0 ? config.BasePath : null)
        {
            Policy = Read(config.Name, config.ModelVersionPolicy),
            Labels = config.VersionLabels,
        };
    }

    private static VersionPolicy Read(string model, Policy? policy)
    {
        switch (policy?.PolicyChoiceCase)
        {
            case Policy.PolicyChoiceOneofCase.All:
                return VersionPolicy.All;
            case Policy.PolicyChoiceOneofCase.Specific when policy.Specific.Versions.Count > 0:
                return VersionPolicy.Specific(policy.Specific.Versions);
            case Policy.PolicyChoiceOneofCase.Specific:
                throw new GrpcException(StatusCode.InvalidArgument, $"model_version_policy of '{model}' is specific and names no version.");
            case Policy.PolicyChoiceOneofCase.Latest when policy.Latest.NumVersions > 1:
                return policy.Latest.NumVersions <= VersionPolicy.MaxCount
                    ? VersionPolicy.Latest((int)policy.Latest.NumVersions)
                    : throw new GrpcException(
                        StatusCode.InvalidArgument,
                        $"model_version_policy of '{model}' asks for {policy.Latest.NumVersions} versions; the limit is {VersionPolicy.MaxCount}.");
            default:
                return VersionPolicy.LatestOne;
        }
    }
}
