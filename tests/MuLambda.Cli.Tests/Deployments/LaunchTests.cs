using MuLambda.Catalog;
using MuLambda.Cli.Executors;
using MuLambda.Cli.Tests.Platform;

namespace MuLambda.Cli.Tests.Deployments;

/// <summary><c>executors launch</c> against the registry itself; the test is the scaler.</summary>
public sealed class LaunchTests(DeploymentRegistry registry) : IClassFixture<DeploymentRegistry>, IAsyncLifetime
{
    private CommandLine _line = null!;

    public Task InitializeAsync()
    {
        _line = registry.Line();
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _line.DisposeAsync();
        await registry.ClearAsync();
    }

    [Fact]
    public async Task Without_a_fewest_number_it_starts_with_the_first_request_and_nothing_is_waited_for()
    {
        var result = await _line.RunAsync("executors", "launch", "net");

        result.ExitCode.ShouldBe(0, result.Error);
        result.Out.ShouldBe("deployed net, with 0 to 8 replicas by the policy slo; it starts with the first request\n");
        (await registry.Client.GetDeploymentAsync("net")).ShouldBe(new Deployment("net"));
    }

    [Fact]
    public async Task What_is_said_is_what_is_deployed()
    {
        var result = await _line.RunAsync(
            "executors", "launch", "net@1", "--min", "10", "--policy", "fixed", "--keep-warm", "30m", "--node", "edge-1", "--no-wait", "--json");

        result.ExitCode.ShouldBe(0, result.Error);
        result.Json.GetProperty("deployment").GetProperty("max").GetInt32().ShouldBe(10);
        result.Json.GetProperty("executors").GetArrayLength().ShouldBe(0);
        (await registry.Client.GetDeploymentAsync("net")).ShouldBe(new Deployment("net", 1, 10, 10, "fixed", 1800, "edge-1"));
    }

    [Fact]
    public async Task Options_of_the_policy_are_numbers_by_name()
    {
        var result = await _line.RunAsync("executors", "launch", "net", "--policy", "fixed", "--option", "replicas=3", "--json");

        result.ExitCode.ShouldBe(0, result.Error);
        (await registry.Client.GetDeploymentAsync("net"))!.Options.ShouldBe(new Dictionary<string, double> { ["replicas"] = 3 });
    }

    [Fact]
    public async Task It_waits_until_the_fewest_are_ready_and_tells_each_step_and_its_time()
    {
        (await registry.Client.LeadAsync(new Leadership("scaler", "s-1", 3600))).ShouldNotBeNull();
        var running = _line.RunAsync("executors", "launch", "net", "--min", "1", "--timeout", "2m");
        await registry.DeployedAsync();

        await registry.LaunchAsync("e-1", ExecutorState.Pending, steps: (LaunchPhase.Pending, 0));
        await registry.LaunchAsync("e-1", ExecutorState.Loading, steps: [(LaunchPhase.Pending, 0), (LaunchPhase.Downloading, 120), (LaunchPhase.Loading, 150)]);
        running.IsCompleted.ShouldBeFalse();
        await registry.LaunchAsync(
            "e-1", ExecutorState.Ready,
            steps: [(LaunchPhase.Pending, 0), (LaunchPhase.Downloading, 120), (LaunchPhase.Loading, 150), (LaunchPhase.Warming, 251), (LaunchPhase.Ready, 312)]);

        var result = await running;
        result.ExitCode.ShouldBe(0, result.Error);
        result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldBe(
        [
            "e-1: pending after 0 ms", "e-1: downloading after 120 ms", "e-1: loading after 150 ms", "e-1: warming after 251 ms", "e-1: ready after 312 ms",
        ]);
        var lines = result.Out.Split('\n');
        lines[0].ShouldBe("net is served, with 1 to 8 replicas by the policy slo");
        Cells(lines[2]).ShouldBe(["e-1", "edge-1", "ready", "120", "30", "101", "61", "312", "1"]);
    }

    [Fact]
    public async Task Programs_get_the_deployment_and_its_executors_alone()
    {
        (await registry.Client.LeadAsync(new Leadership("scaler", "s-1", 3600))).ShouldNotBeNull();
        await registry.LaunchAsync("e-1", ExecutorState.Ready, steps: [(LaunchPhase.Pending, 0), (LaunchPhase.Ready, 312)]);

        var result = await _line.RunAsync("executors", "launch", "net", "--min", "1", "--json");

        result.ExitCode.ShouldBe(0, result.Error);
        result.Error.ShouldBeEmpty();
        result.Json.GetProperty("deployment").GetProperty("min").GetInt32().ShouldBe(1);
        result.Json.GetProperty("executors")[0].GetProperty("launch").GetProperty("steps")[1].GetProperty("phase").GetString().ShouldBe("ready");
    }

    [Fact]
    public async Task An_executor_that_fails_ends_the_wait_with_its_reason()
    {
        (await registry.Client.LeadAsync(new Leadership("scaler", "s-1", 3600))).ShouldNotBeNull();
        var running = _line.RunAsync("executors", "launch", "net", "--min", "1");
        await registry.DeployedAsync();

        await registry.LaunchAsync("e-1", ExecutorState.Failed, "The artifact has another SHA-256.", steps: (LaunchPhase.Pending, 0));

        var result = await running;
        result.ExitCode.ShouldBe(1);
        result.Out.ShouldBeEmpty();
        result.Error.ShouldContain("error: e-1 failed: The artifact has another SHA-256.");
        result.Error.ShouldContain("The scaler tries again");
        (await registry.Client.GetDeploymentAsync("net")).ShouldNotBeNull();
    }

    [Fact]
    public async Task What_had_failed_before_says_nothing_of_this_launch()
    {
        (await registry.Client.LeadAsync(new Leadership("scaler", "s-1", 3600))).ShouldNotBeNull();
        await registry.LaunchAsync("e-1", ExecutorState.Failed, "It crashed.", steps: (LaunchPhase.Pending, 0));
        await registry.LaunchAsync("e-2", ExecutorState.Ready, attempt: 2, steps: [(LaunchPhase.Pending, 0), (LaunchPhase.Ready, 1)]);

        var result = await _line.RunAsync("executors", "launch", "net", "--min", "1");

        result.ExitCode.ShouldBe(0, result.Error);
        result.Error.ShouldContain("e-1: failed: It crashed.");
    }

    [Fact]
    public async Task Where_no_scaler_leads_it_says_so()
    {
        var result = await _line.RunAsync("executors", "launch", "net", "--min", "1", "--timeout", "2s");

        result.ExitCode.ShouldBe(4);
        result.Error.ShouldContain("no scaler leads yet; waiting for one");
        result.Error.ShouldContain("No scaler leads, and without one nothing launches net.");
        (await registry.Client.GetDeploymentAsync("net")).ShouldNotBeNull();
    }

    [Fact]
    public async Task Where_no_scaler_launches_on_the_node_it_says_so_and_other_nodes_replicas_do_not_count()
    {
        (await registry.Client.LeadAsync(new Leadership("scaler", "s-1", 3600))).ShouldNotBeNull();
        await registry.LaunchAsync("e-1", ExecutorState.Ready, steps: [(LaunchPhase.Pending, 0), (LaunchPhase.Ready, 1)]);

        var result = await _line.RunAsync("executors", "launch", "net", "--min", "1", "--node", "edge-9", "--timeout", "4s", "--json");

        result.ExitCode.ShouldBe(4);
        result.ErrorJson.GetProperty("detail").GetString().ShouldBe(
            "0 of 1 replicas of net were ready within 4 s: no scaler launches on edge-9; the one that leads is for another node and decided nothing.");
    }

    [Fact]
    public async Task Where_the_scaler_decided_but_nothing_was_launched_it_points_to_the_decisions()
    {
        var leadership = (await registry.Client.LeadAsync(new Leadership("scaler", "s-1", 3600))).ShouldNotBeNull();
        var running = _line.RunAsync("executors", "launch", "net", "--min", "1", "--node", "edge-1", "--timeout", "4s", "--json");
        await registry.DeployedAsync();

        await registry.Client.PostDecisionAsync(
            new ScalingDecision("net", 0, DateTimeOffset.UnixEpoch, 0, 0, 0, "slo", "A launch failed: it hangs", new Dictionary<string, double>()),
            leadership.Token);

        (await running).ErrorJson.GetProperty("detail").GetString()
            .ShouldBe("0 of 1 replicas of net were ready within 4 s: 'mulambda deployments explain net' tells what was decided.");
    }

    [Fact]
    public async Task When_the_time_is_up_it_says_how_far_it_came()
    {
        (await registry.Client.LeadAsync(new Leadership("scaler", "s-1", 3600))).ShouldNotBeNull();
        await registry.LaunchAsync("e-1", ExecutorState.Ready, steps: [(LaunchPhase.Pending, 0), (LaunchPhase.Ready, 1)]);
        await registry.LaunchAsync("e-2", ExecutorState.Loading, steps: [(LaunchPhase.Pending, 0), (LaunchPhase.Downloading, 1)]);

        var result = await _line.RunAsync("executors", "launch", "net", "--min", "2", "--timeout", "2s", "--json");

        result.ExitCode.ShouldBe(4);
        result.ErrorJson.GetProperty("detail").GetString()
            .ShouldBe("1 of 2 replicas of net were ready within 2 s: e-2 is downloading.");
    }

    [Fact]
    public async Task A_deployment_that_is_deleted_meanwhile_ends_the_wait()
    {
        (await registry.Client.LeadAsync(new Leadership("scaler", "s-1", 3600))).ShouldNotBeNull();
        var running = _line.RunAsync("executors", "launch", "net", "--min", "1");
        await registry.DeployedAsync();

        await registry.Client.DeleteDeploymentAsync("net");

        var result = await running;
        result.ExitCode.ShouldBe(1);
        result.Error.ShouldContain("deleted meanwhile");
    }

    [Theory]
    [InlineData("nobody", "names nobody, which is not registered")]
    [InlineData("net@7", "names net@7, which is not registered")]
    [InlineData("net --policy magic", "must be one of slo, concurrency")]
    [InlineData("net --policy fixed --option pods=2", "options.pods is no option of the policy 'fixed'")]
    public async Task What_the_registry_refuses_is_told_in_its_words(string arguments, string words)
    {
        var result = await _line.RunAsync(["executors", "launch", .. arguments.Split(' ')]);

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldContain(words);
    }

    [Fact]
    public async Task What_is_wrong_is_said_once()
    {
        var result = await _line.RunAsync("executors", "launch", "nobody");

        result.Error.ShouldBe("error: model names nobody, which is not registered.\n");
    }

    [Theory]
    [InlineData("12345", 5, "12345")]
    [InlineData("123456", 5, "1234…")]
    public void A_line_too_long_for_the_terminal_is_cut(string line, int width, string shown) =>
        LaunchDisplay.Cut(line, width).ShouldBe(shown);

    [Theory]
    [InlineData("net --min 65", "--min")]
    [InlineData("net --min x", "--min")]
    [InlineData("net --min 3 --max 2", "max: must not be below min, 3.")]
    [InlineData("net --max 0", "--max has to be a number from 1 to 64, not '0'.")]
    [InlineData("net --keep-warm 2d", "keepWarmSeconds: must be from 0 to 86400.")]
    [InlineData("net --keep-warm soon", "--keep-warm")]
    [InlineData("net --option target", "NAME=NUMBER")]
    [InlineData("net --option target=much", "NAME=NUMBER")]
    [InlineData("net --option target=1 --option target=2", "more than once")]
    [InlineData("net@1 --version 2", "different versions")]
    [InlineData("Net", "model: must be 1 to 63")]
    [InlineData("net --timeout never", "--timeout")]
    public async Task What_cannot_be_is_refused_before_anything_is_sent(string arguments, string words)
    {
        await using var line = CommandLine.WithoutPlatform();

        var result = await line.RunAsync(["executors", "launch", .. arguments.Split(' ')]);

        result.ExitCode.ShouldBe(2);
        result.Error.ShouldContain(words);
    }

    private static string[] Cells(string row) =>
        row.Split("   ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
