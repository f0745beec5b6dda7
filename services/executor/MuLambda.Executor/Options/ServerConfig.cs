using System.Text;
using MuLambda.Protocol.Grpc;
using MuLambda.Protocol.Serving;
using MuLambda.Protocol.Text;
using ServableVersionPolicy = MuLambda.Protocol.Serving.FileSystemStoragePathSourceConfig.Types.ServableVersionPolicy;

namespace MuLambda.Executor.Options;

/// <summary>TensorFlow Serving's model config, from its file or from a request. A model without a base path is the registry's.</summary>
internal static class ServerConfig
{
    private const int MaxFileBytes = 4 * 1024 * 1024;

    /// <summary>Reads a file in protobuf's text format.</summary>
    /// <exception cref="InvalidDataException">It cannot be read; the message says why and where.</exception>
    public static IReadOnlyList<ConfiguredModel> Read(string file)
    {
        try
        {
            using var stream = File.OpenRead(file);
            if (stream.Length > MaxFileBytes)
            {
                throw new InvalidDataException($"{file} has {stream.Length} bytes; the limit is {MaxFileBytes}.");
            }

            using var reader = new StreamReader(stream, Encoding.UTF8);
            return Read(TextFormat.Parse<ModelServerConfig>(reader.ReadToEnd()));
        }
        catch (Exception e) when (e is TextFormatException or GrpcException)
        {
            throw new InvalidDataException($"{file}: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"{file} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>The models that a config lists.</summary>
    /// <exception cref="GrpcException">INVALID_ARGUMENT: it cannot be served; the message says why.</exception>
    public static IReadOnlyList<ConfiguredModel> Read(ModelServerConfig config)
    {
        if (config.ConfigCase == ModelServerConfig.ConfigOneofCase.CustomModelConfig)
        {
            throw Invalid("custom_model_config is not known here; give model_config_list.");
        }

        List<ConfiguredModel> models = [.. config.ModelConfigList?.Config.Select(Read) ?? []];
        Check(models);
        return models;
    }

    /// <summary>Refuses what TensorFlow Serving refuses.</summary>
    /// <exception cref="GrpcException">INVALID_ARGUMENT.</exception>
    public static void Check(IReadOnlyList<ConfiguredModel> models)
    {
        foreach (var again in models.GroupBy(model => model.Name, StringComparer.Ordinal).Where(group => group.Count() > 1))
        {
            throw Invalid($"Illegal to list model {again.Key} multiple times in config list");
        }

        foreach (var model in models)
        {
            if (!ModelSource.IsName(model.Name))
            {
                throw Invalid($"'{model.Name}' is no model name; expected {ModelSource.NameRule}.");
            }

            if (model.Path is { } path && !Path.IsPathRooted(path))
            {
                throw Invalid($"Expected model {model.Name} to have an absolute path or URI; got base_path()={path}");
            }

            if (model.Labels.Keys.FirstOrDefault(string.IsNullOrEmpty) is not null)
            {
                throw Invalid($"Model {model.Name} has an empty version label.");
            }
        }
    }

    private static ConfiguredModel Read(ModelConfig config)
    {
        if (config.ModelPlatform is not ("" or "tensorflow" or "onnx"))
        {
            throw Invalid($"model_platform of '{config.Name}' is '{config.ModelPlatform}'; expected tensorflow or onnx, or none.");
        }

        return new ConfiguredModel(config.Name, config.BasePath.Length > 0 ? config.BasePath : null)
        {
            Policy = Read(config.Name, config.ModelVersionPolicy),
            Labels = config.VersionLabels.ToDictionary(StringComparer.Ordinal),
        };
    }

    private static VersionPolicy Read(string model, ServableVersionPolicy? policy) => policy?.PolicyChoiceCase switch
    {
        ServableVersionPolicy.PolicyChoiceOneofCase.All => VersionPolicy.All,
        ServableVersionPolicy.PolicyChoiceOneofCase.Latest when policy.Latest.NumVersions <= VersionPolicy.MaxCount =>
            VersionPolicy.Latest(Math.Max(1, (int)policy.Latest.NumVersions)),
        ServableVersionPolicy.PolicyChoiceOneofCase.Latest =>
            throw Invalid($"model_version_policy of '{model}' asks for {policy.Latest.NumVersions} versions; the limit is {VersionPolicy.MaxCount}."),
        ServableVersionPolicy.PolicyChoiceOneofCase.Specific when policy.Specific.Versions.Count > 0 =>
            VersionPolicy.Specific(policy.Specific.Versions),
        ServableVersionPolicy.PolicyChoiceOneofCase.Specific =>
            throw Invalid($"model_version_policy of '{model}' is specific and names no version."),
        _ => VersionPolicy.LatestOne,
    };

    private static GrpcException Invalid(string message) => new(StatusCode.InvalidArgument, message);
}
