using MuLambda.Catalog;
using MuLambda.Catalog.Http;
using MuLambda.Cli.Tests.Platform;

namespace MuLambda.Cli.Tests.Deployments;

/// <summary>A registry with a model, and what a scaler would tell it.</summary>
public sealed class DeploymentRegistry : IAsyncLifetime, IDisposable
{
    private readonly RegistryProcess _process = new();
    private HttpClient _http = null!;

    public RegistryClient Client { get; private set; } = null!;

    public string Address => _process.Address;

    public async Task InitializeAsync()
    {
        await _process.InitializeAsync();
        _http = new HttpClient { BaseAddress = new Uri(Address) };
        Client = new RegistryClient(_http);
        await using var line = Line();
        line.Write(
            "net/1/saved_model.pbtxt",
            """
            saved_model_schema_version: 1
            meta_graphs {
              meta_info_def { tags: "serve" }
              graph_def {
                node { name: "x" op: "Placeholder" attr { key: "dtype" value { type: DT_FLOAT } } }
                node { name: "y" op: "Neg" input: "x" attr { key: "T" value { type: DT_FLOAT } } }
              }
              signature_def {
                key: "serving_default"
                value {
                  inputs { key: "x" value { name: "x:0" dtype: DT_FLOAT tensor_shape { dim { size: -1 } } } }
                  outputs { key: "y" value { name: "y:0" dtype: DT_FLOAT tensor_shape { dim { size: -1 } } } }
                  method_name: "tensorflow/serving/predict"
                }
              }
            }
            """);
        var pushed = await line.RunAsync(
            "models", "push", "net", "--name", "net", "--task", "t", "--input", "i", "--output", "o", "--accuracy", "1");
        pushed.ExitCode.ShouldBe(0, pushed.Error);
    }

    public Task DisposeAsync() => _process.DisposeAsync();

    public void Dispose() => _http.Dispose();

    /// <summary>The command against this registry.</summary>
    internal CommandLine Line()
    {
        var line = CommandLine.WithoutPlatform();
        line.Environment["MULAMBDA_REGISTRY"] = Address;
        return line;
    }

    /// <summary>Waits until the model is deployed.</summary>
    public async Task DeployedAsync()
    {
        // The feed also tells of deployments that tests before this one deleted.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (await Client.GetDeploymentAsync("net", patience.Token) is null)
        {
            await poll.WaitForNextTickAsync(patience.Token);
        }
    }

    /// <summary>Registers an executor as a scaler does that launched it for the model.</summary>
    public Task LaunchAsync(string id, ExecutorState state, string? reason = null, int attempt = 1, params (LaunchPhase Phase, double AtMs)[] steps) =>
        Client.PutExecutorAsync(new Executor(
            id,
            "edge-1",
            [new ModelReference("net", 1)],
            new ExecutorEndpoints("http://127.0.0.1:1"),
            state,
            Reason: reason,
            LeaseSeconds: 3600,
            Launch: new ExecutorLaunch(
                ["net"], DateTimeOffset.UnixEpoch, [.. steps.Select(step => new LaunchStep(step.Phase, step.AtMs))], attempt)));

    /// <summary>What one test did is not there for the next.</summary>
    public async Task ClearAsync()
    {
        await Client.DeleteDeploymentAsync("net");
        foreach (var executor in await Client.ListExecutorsAsync())
        {
            await Client.DeleteExecutorAsync(executor.Id);
        }

        await Client.ReleaseLeadershipAsync("scaler", "s-1");
    }
}
