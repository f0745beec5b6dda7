using MuLambda.Protocol.Grpc;
using MuLambda.Protocol.Serving;
using MuLambda.Scaling;

namespace MuLambda.Scaler.Local;

/// <summary>Tells an executor which models to serve, by TensorFlow Serving's HandleReloadConfigRequest.</summary>
internal static class ModelConfiguration
{
    private static readonly TimeSpan LongestLoad = TimeSpan.FromMinutes(10);

    /// <summary>Replaces an executor's models and waits until they are available.</summary>
    /// <param name="address">The executor's gRPC address.</param>
    /// <param name="models">The models, all of the registry.</param>
    /// <param name="cancellationToken">Gives the wait up; the executor goes on.</param>
    /// <exception cref="GrpcException">It did not take them, or some did not become available.</exception>
    public static async Task SetAsync(string address, IEnumerable<PlacedModel> models, CancellationToken cancellationToken)
    {
        var list = new ModelConfigList();
        foreach (var model in models)
        {
            var config = new ModelConfig { Name = model.Name };
            if (model.Version is { } version)
            {
                config.ModelVersionPolicy = new FileSystemStoragePathSourceConfig.Types.ServableVersionPolicy
                {
                    Specific = new FileSystemStoragePathSourceConfig.Types.ServableVersionPolicy.Types.Specific { Versions = { version } },
                };
            }

            list.Config.Add(config);
        }

        using var channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions { DefaultTimeout = LongestLoad });
        await channel.UnaryAsync(
            ModelService.HandleReloadConfigRequest,
            new ReloadConfigRequest { Config = new ModelServerConfig { ModelConfigList = list } },
            cancellationToken: cancellationToken);
    }
}
