using MuLambda.Catalog;
using MuLambda.Cli.Tests.Platform;

namespace MuLambda.Cli.Tests.Deployments;

/// <summary><c>deployments</c> against the registry itself.</summary>
public sealed class DeploymentsTests(DeploymentRegistry registry) : IClassFixture<DeploymentRegistry>, IAsyncLifetime
{
    private CommandLine _line = null!;

    public async Task InitializeAsync()
    {
        _line = registry.Line();
        await registry.Client.PutDeploymentAsync(new Deployment("net", 1, 1, 4, "fixed", 1800, "edge-1"));
        await registry.LaunchAsync("e-1", ExecutorState.Ready, steps: [(LaunchPhase.Pending, 0), (LaunchPhase.Loading, 100), (LaunchPhase.Ready, 312)]);
        await registry.LaunchAsync("e-2", ExecutorState.Loading, attempt: 2, steps: [(LaunchPhase.Pending, 0), (LaunchPhase.Loading, 80)]);
        await registry.LaunchAsync("e-3", ExecutorState.Draining, steps: (LaunchPhase.Pending, 0));
        var token = (await registry.Client.LeadAsync(new Leadership("scaler", "s-1", 3600)))!.Token;
        foreach (var desired in (int[])[1, 2])
        {
            await registry.Client.PostDecisionAsync(
                new ScalingDecision(
                    "net", 0, new DateTimeOffset(2026, 1, 2, 3, 4, desired, TimeSpan.Zero), 1, desired - 1, desired, "fixed", $"{desired} are asked for",
                    new Dictionary<string, double> { ["queueLength"] = 3, ["arrivalRps"] = 12.34567 }),
                token);
        }
    }

    public async Task DisposeAsync()
    {
        await _line.DisposeAsync();
        await registry.ClearAsync();
    }

    [Fact]
    public async Task They_are_listed_with_their_replicas()
    {
        var text = await _line.RunAsync("deployments", "list");
        var json = await _line.RunAsync("deployments", "list", "--json");

        var rows = Rows(text.Out);
        rows[0].ShouldBe(["MODEL", "VERSION", "POLICY", "MIN", "MAX", "READY", "STARTING", "KEEP WARM", "NODE", "OPTIONS"]);
        rows[1].ShouldBe(["net", "1", "fixed", "1", "4", "1", "1", "30m", "edge-1"]);
        json.Json[0].GetProperty("deployment").GetProperty("keepWarmSeconds").GetDouble().ShouldBe(1800);
        json.Json[0].GetProperty("ready").GetInt32().ShouldBe(1);
        json.Json[0].GetProperty("starting").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task One_is_shown_with_its_launches_and_the_last_decision()
    {
        var text = await _line.RunAsync("deployments", "show", "net");
        var json = await _line.RunAsync("deployments", "show", "net", "--json");

        var rows = Rows(text.Out);
        rows.ShouldContain(row => row.SequenceEqual(new[] { "replicas", "1 to 4" }));
        rows.ShouldContain(row => row.SequenceEqual(new[] { "keep warm", "30m" }));
        rows.ShouldContain(row => row.SequenceEqual(
            new[] { "last decision", "2 replicas (1 ready, 1 starting) at 2026-01-02 03:04:02.000 UTC: 2 are asked for" }));
        rows.ShouldContain(row => row.SequenceEqual(new[] { "e-1", "edge-1", "ready", "100", "-", "212", "-", "312", "1" }));
        rows.ShouldContain(row => row.SequenceEqual(new[] { "e-2", "edge-1", "loading", "80", "-", "-", "-", "-", "2" }));
        json.Json.GetProperty("executors").GetArrayLength().ShouldBe(2);
        json.Json.GetProperty("decision").GetProperty("sequence").GetInt64().ShouldBe(2);
    }

    [Fact]
    public async Task The_last_decisions_are_explained_newest_first()
    {
        var text = await _line.RunAsync("deployments", "explain", "net");
        var json = await _line.RunAsync("deployments", "explain", "net", "--limit", "1", "--json");

        text.Out.ShouldBe(
            """
            #2 2026-01-02 03:04:02.000 UTC: 2 replicas (1 ready, 1 starting), fixed
              2 are asked for
              arrivalRps=12.3457, queueLength=3

            #1 2026-01-02 03:04:01.000 UTC: 1 replica (1 ready, 0 starting), fixed
              1 are asked for
              arrivalRps=12.3457, queueLength=3

            """);
        json.Json.GetArrayLength().ShouldBe(1);
        json.Json[0].GetProperty("reason").GetString().ShouldBe("2 are asked for");
        json.Json[0].GetProperty("inputs").GetProperty("arrivalRps").GetDouble().ShouldBe(12.34567);
    }

    [Fact]
    public async Task A_decision_with_many_inputs_loses_none_of_them()
    {
        var inputs = Enumerable.Range(0, 30).ToDictionary(input => $"figureWithALongName{input:00}", input => input + 0.1234);
        var token = (await registry.Client.LeadAsync(new Leadership("scaler", "s-1", 3600)))!.Token;
        await registry.Client.PostDecisionAsync(
            new ScalingDecision("net", 0, DateTimeOffset.UnixEpoch, 0, 0, 3, "slo", new string('x', 300), inputs), token);

        var text = (await _line.RunAsync("deployments", "explain", "net", "--limit", "1")).Out;

        text.ShouldStartWith("#3 1970-01-01 00:00:00.000 UTC: 3 replicas (0 ready, 0 starting), slo\n");
        text.ReplaceLineEndings("").ShouldContain(new string('x', 300));
        inputs.Keys.ShouldAllBe(name => text.Contains(name));
    }

    [Theory]
    [InlineData("show")]
    [InlineData("explain")]
    [InlineData("delete")]
    public async Task An_empty_name_is_refused_before_anything_is_sent(string command)
    {
        var result = await _line.RunAsync("deployments", command, "");

        result.ExitCode.ShouldBe(2);
        result.Error.ShouldStartWith("error: MODEL has to be given; it is empty.\n");
    }

    [Fact]
    public async Task No_line_ends_in_blanks_that_a_narrow_terminal_would_show_as_empty_lines()
    {
        var text = (await _line.RunAsync("deployments", "show", "net")).Out;

        text.Split('\n').ShouldAllBe(line => !line.EndsWith(' '));
    }

    [Fact]
    public async Task Where_nothing_was_decided_it_says_so()
    {
        await registry.Client.DeleteDeploymentAsync("net");
        await registry.Client.PutDeploymentAsync(new Deployment("net"));

        (await _line.RunAsync("deployments", "explain", "net")).Out.ShouldBe("Nothing has been decided on net yet.\n");
    }

    [Fact]
    public async Task A_deleted_one_is_gone()
    {
        var deleted = await _line.RunAsync("deployments", "delete", "net");

        deleted.Out.ShouldBe("deleted net\n");
        (await _line.RunAsync("deployments", "list", "--json")).Json.GetArrayLength().ShouldBe(0);
        (await _line.RunAsync("deployments", "delete", "net")).ExitCode.ShouldBe(3);
    }

    [Theory]
    [InlineData("show")]
    [InlineData("explain")]
    [InlineData("delete")]
    public async Task What_is_not_deployed_is_not_found(string command)
    {
        var result = await _line.RunAsync("deployments", command, "nobody");

        result.ExitCode.ShouldBe(3);
        result.Error.ShouldBe("error: The model nobody is not deployed.\n");
    }

    [Fact]
    public async Task The_list_of_executors_tells_what_they_were_launched_for_and_at_what_step_they_are()
    {
        var rows = Rows((await _line.RunAsync("executors", "list")).Out);

        rows[0].ShouldBe(["EXECUTOR", "NODE", "STATE", "MODELS", "REST", "IN FLIGHT", "QUEUED", "DEPLOYMENTS", "STEP", "REASON"]);
        rows[2].ShouldBe(["e-2", "edge-1", "loading", "net@1", "http://127.0.0.1:1", "net", "loading"]);
    }

    private static List<string[]> Rows(string text) =>
        [.. text.Split('\n').Select(row => row.Split("   ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
}
