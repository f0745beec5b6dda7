using System.Net;
using MuLambda.Catalog;
using MuLambda.Scaler.Tests.Support;

namespace MuLambda.Scaler.Tests;

/// <summary>The way of a request whose model has no replica, through a real selector, and back to none; a real prober accompanies what was launched.</summary>
public sealed class ScaleToZeroTests : IAsyncLifetime
{
    private const string Model = "digits-linear";

    private ScalerPlatform _platform = null!;

    public async Task InitializeAsync() => _platform = await ScalerPlatform.StartAsync();

    public async Task DisposeAsync() => await _platform.DisposeAsync();

    [Fact]
    public async Task Requests_that_come_together_are_all_answered_by_one_start_and_what_was_started_goes_again()
    {
        var registry = _platform.RegistryAddress.AbsoluteUri;
        using var selector = await ServiceProcess.StartAsync("MuLambda.Selector.dll", "--Selector:Registry", registry);
        using var prober = await ServiceProcess.StartAsync("MuLambda.Prober.dll", "--registry", registry);
        using var scaler = await _platform.StartScalerAsync();
        await _platform.RegisterClientAsync();
        await _platform.Registry.PutDeploymentAsync(new Deployment(Model, Max: 1, KeepWarmSeconds: 1));
        using var http = new HttpClient { BaseAddress = selector.Address };
        await _platform.UntilAsync("the selector knows the client and the scaler leads", async () =>
            (await ScalerPlatform.StatusAsync(scaler)).GetProperty("deployments").GetArrayLength() == 1
            && (await http.GetAsync(new Uri("/health", UriKind.Relative))).IsSuccessStatusCode);
        _platform.Executors.ShouldBeEmpty();

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => ScalerPlatform.InferAsync(http)));

        answers.ShouldAllBe(status => status == HttpStatusCode.OK);
        (await ScalerPlatform.StatusAsync(scaler)).GetProperty("executors").GetArrayLength().ShouldBe(1);
        var executor = _platform.Feed.Current.Executors.Values.Single();
        await _platform.WaitAsync("the prober accompanies it", catalog => catalog.Executors.GetValueOrDefault(executor.Id) is { Load: not null } or null);

        await _platform.UntilAsync("none again", () => _platform.Executors.Count == 0);
        (await ScalerPlatform.InferAsync(http)).ShouldBe(HttpStatusCode.OK);
        (await _platform.Registry.GetDecisionsAsync(Model)).Select(decision => decision.Desired).Distinct().ShouldBe([0, 1], ignoreOrder: true);
    }
}
