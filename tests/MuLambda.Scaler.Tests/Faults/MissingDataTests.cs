using System.Text.Json;
using MuLambda.Scaler.Tests.Support;

namespace MuLambda.Scaler.Tests.Faults;

/// <summary>Nothing is scaled down on missing data.</summary>
public sealed class MissingDataTests : IAsyncLifetime
{
    private ScalerPlatform _platform = null!;

    public async Task InitializeAsync() => _platform = await ScalerPlatform.StartAsync();

    public async Task DisposeAsync() => await _platform.DisposeAsync();

    [Fact]
    public async Task While_a_selector_is_silent_nothing_goes_to_zero_and_once_it_reports_again_it_does()
    {
        using var scaler = await _platform.StartScalerAsync("--Scaler:DemandFreshSeconds", "0.5");
        await _platform.DeployAsync("digits-linear", 1);
        await _platform.ReadyAsync("digits-linear", 1);

        _platform.Selector.IsSilent = true;
        await _platform.UntilAsync("the demand is not known", async () => !(await DeploymentAsync(scaler)).GetProperty("isDemandKnown").GetBoolean());
        await _platform.DeployAsync("digits-linear", 0);
        await _platform.UntilAsync("it is seen that there shall be none", async () =>
            (await DeploymentAsync(scaler)).GetProperty("reason").GetString() == "A selector's demand is not known; nothing is scaled down on missing data.");
        ScalerPlatform.Ready(_platform.Feed.Current, "digits-linear").Count.ShouldBe(1);

        _platform.Selector.IsSilent = false;
        await _platform.UntilAsync("it is retired", () => _platform.Executors.Count == 0);
    }

    private static async Task<JsonElement> DeploymentAsync(ServiceProcess scaler) =>
        (await ScalerPlatform.StatusAsync(scaler)).GetProperty("deployments")[0];

    [Fact]
    public async Task While_the_registry_is_away_the_executors_stay_and_afterwards_they_are_the_same()
    {
        using var scaler = await _platform.StartScalerAsync("--keep-alive-seconds", "2");
        await _platform.DeployAsync("digits-linear", 2);
        var before = ScalerPlatform.Ready(await _platform.ReadyAsync("digits-linear", 2), "digits-linear");
        var processes = _platform.Executors;

        await _platform.KillRegistryAsync();

        // The selector's stream is still there; it says that nothing is wanted, and the lease at the registry runs out.
        await _platform.UntilAsync("the scaler leads no more", async () =>
            !(await ScalerPlatform.StatusAsync(scaler)).TryGetProperty("leadershipToken", out _));
        _platform.Executors.ShouldBe(processes, ignoreOrder: true);

        await _platform.RestartRegistryAsync();
        await _platform.UntilAsync("it leads again", async () => (await ScalerPlatform.StatusAsync(scaler)).TryGetProperty("leadershipToken", out _));
        var after = ScalerPlatform.Ready(await _platform.ReadyAsync("digits-linear", 2), "digits-linear");
        after.Select(executor => executor.Id).ShouldBe(before.Select(executor => executor.Id), ignoreOrder: true);
        _platform.Executors.ShouldBe(processes, ignoreOrder: true);
    }
}
