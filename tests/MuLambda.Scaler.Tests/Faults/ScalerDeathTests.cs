using MuLambda.Scaler.Tests.Support;
using Xunit.Abstractions;

namespace MuLambda.Scaler.Tests.Faults;

/// <summary>Scalers that are killed, and several at once: what is desired is reached, nothing is launched twice and nothing stays behind.</summary>
public sealed class ScalerDeathTests(ITestOutputHelper output) : IAsyncLifetime
{
    private ScalerPlatform _platform = null!;

    public async Task InitializeAsync() => _platform = await ScalerPlatform.StartAsync();

    public async Task DisposeAsync() => await _platform.DisposeAsync();

    [Fact]
    public async Task A_scaler_that_is_killed_and_restarted_adopts_what_runs()
    {
        var first = await _platform.StartScalerAsync();
        await _platform.DeployAsync("digits-linear", 2);
        await _platform.ReadyAsync("digits-linear", 2);
        var before = _platform.Executors;

        await first.KillAsync();
        await _platform.StartScalerAsync();
        await _platform.DeployAsync("digits-linear", 3);
        await _platform.ReadyAsync("digits-linear", 3);

        _platform.Executors.Count.ShouldBe(3);
        before.ShouldBeSubsetOf(_platform.Executors);
        await _platform.DeployAsync("digits-linear", 0);
        await _platform.UntilAsync("all retired, adopted ones too", () => _platform.Executors.Count == 0);
    }

    [Fact]
    public async Task Killed_at_any_moment_of_launching_and_retiring_it_ends_with_as_many_as_desired()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var round = 0; round < 6; round++)
        {
            var scaler = await _platform.StartScalerAsync();
            var desired = random.Next(4);
            await _platform.DeployAsync("digits-linear", desired);

            // Anywhere between the start and what would be ready: after some of the changes on the way, which are a process, a step or a state each.
            await _platform.ChangesAsync("digits-linear", random.Next(8 * Math.Max(1, desired)), desired);
            await scaler.KillAsync();
        }

        await _platform.StartScalerAsync();
        await _platform.DeployAsync("digits-linear", 2);
        await _platform.ReadyAsync("digits-linear", 2);
        await _platform.UntilAsync("two processes", () => _platform.Executors.Count == 2);
        var ready = ScalerPlatform.Ready(_platform.Feed.Current, "digits-linear");
        ready.Count.ShouldBe(2);
        foreach (var executor in ready)
        {
            (await ScalerPlatform.AskAsync(executor, "digits-linear")).ShouldBe(200);
        }
    }

    [Fact]
    public async Task Of_two_scalers_on_one_state_directory_one_launches_and_the_other_goes_on_when_it_is_killed()
    {
        var scalers = new List<ServiceProcess>(await Task.WhenAll(_platform.StartScalerAsync(), _platform.StartScalerAsync()));
        await _platform.DeployAsync("digits-linear", 2);
        await _platform.ReadyAsync("digits-linear", 2);
        var before = _platform.Executors;
        before.Count.ShouldBe(2);

        var leads = await Task.WhenAll(scalers.Select(async scaler => (await ScalerPlatform.StatusAsync(scaler)).TryGetProperty("leadershipToken", out _)));
        leads.Count(leading => leading).ShouldBe(1);
        await scalers[Array.IndexOf(leads, true)].KillAsync();
        await _platform.DeployAsync("digits-linear", 3);
        await _platform.ReadyAsync("digits-linear", 3);

        _platform.Executors.Count.ShouldBe(3);
        before.ShouldBeSubsetOf(_platform.Executors);
    }

    [Fact]
    public async Task Of_two_scalers_with_their_own_state_directories_one_launches_and_the_other_counts_what_it_launched()
    {
        var other = _platform.State + "-other";
        await Task.WhenAll(_platform.StartScalerAsync("--Scaler:Id", "one"), _platform.StartScalerAsync("--Scaler:Id", "two", "--state", other));
        await _platform.DeployAsync("digits-linear", 2);
        await _platform.ReadyAsync("digits-linear", 2);

        Machine.Processes(Path.Combine(_platform.State, "executors")).Concat(Machine.Processes(Path.Combine(other, "executors"))).Distinct().Count().ShouldBe(2);
    }

    [Fact]
    public async Task When_scaler_and_registry_are_killed_the_executors_end_by_themselves()
    {
        var scaler = await _platform.StartScalerAsync("--keep-alive-seconds", "2");
        await _platform.DeployAsync("digits-linear", 2);
        await _platform.ReadyAsync("digits-linear", 2);

        await _platform.KillRegistryAsync();
        await scaler.KillAsync();

        await _platform.UntilAsync("no executor", () => _platform.Executors.Count == 0);
    }
}
