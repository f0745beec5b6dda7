using System.Net;
using MuLambda.Catalog;
using MuLambda.Scaler.Tests.Support;

namespace MuLambda.Scaler.Tests.Faults;

/// <summary>The only replica of a deployment is killed while applications ask for it; selector, prober and scaler are the real ones.</summary>
public sealed class KilledReplicaTests : IAsyncLifetime
{
    private const string Model = "digits-linear";

    private ScalerPlatform _platform = null!;

    public async Task InitializeAsync() => _platform = await ScalerPlatform.StartAsync();

    public async Task DisposeAsync() => await _platform.DisposeAsync();

    [Fact]
    public async Task Requests_wait_for_the_replica_that_is_launched_in_its_place()
    {
        var registry = _platform.RegistryAddress.AbsoluteUri;
        using var selector = await ServiceProcess.StartAsync("MuLambda.Selector.dll", "--Selector:Registry", registry);
        using var prober = await ServiceProcess.StartAsync("MuLambda.Prober.dll", "--registry", registry);
        using var scaler = await _platform.StartScalerAsync();
        await _platform.RegisterClientAsync();
        await _platform.DeployAsync(Model, 1);
        var before = ScalerPlatform.Ready(await _platform.ReadyAsync(Model, 1), Model).Single();
        using var http = new HttpClient { BaseAddress = selector.Address };
        await _platform.UntilAsync("the selector sees the replica", async () => await ScalerPlatform.InferAsync(http) == HttpStatusCode.OK);

        Machine.Kill(_platform.Executors.Single());
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => ScalerPlatform.InferAsync(http)));

        answers.ShouldAllBe(status => status == HttpStatusCode.OK);
        ScalerPlatform.Ready(await _platform.ReadyAsync(Model, 1), Model).Single().Id.ShouldNotBe(before.Id);
    }
}
