using System.Net;

namespace MuLambda.Registry.Tests.Deployments;

public sealed class DecisionTests : IAsyncLifetime
{
    private RegistryServer _registry = null!;
    private long _token;

    private RegistryClient Client => _registry.Client;

    public async Task InitializeAsync()
    {
        _registry = await RegistryServer.StartAsync();
        await _registry.PutModelAsync();
        await _registry.PutModelAsync("echo-2");
        await Client.PutDeploymentAsync(new Deployment("echo"));
        await Client.PutDeploymentAsync(new Deployment("echo-2"));
        _token = (await Client.LeadAsync(new Leadership("scaler", "s-1")))!.Token;
    }

    public async Task DisposeAsync() => await _registry.DisposeAsync();

    [Fact]
    public async Task Decisions_are_counted_and_listed_newest_first_with_time_reason_and_inputs()
    {
        var first = await Client.PostDecisionAsync(Decision(1), _token);
        var second = await Client.PostDecisionAsync(Decision(2) with { Sequence = 99 }, _token);
        await Client.PostDecisionAsync(Decision(5) with { Model = "echo-2" }, _token);

        (first.Sequence, second.Sequence).ShouldBe((1L, 2L));
        var decisions = await Client.GetDecisionsAsync("echo");
        decisions.Select(d => (d.Sequence, d.Desired, d.At, d.Reason)).ShouldBe(
        [
            (2L, 2, DateTimeOffset.UnixEpoch.AddSeconds(2), "because of 2"), (1L, 1, DateTimeOffset.UnixEpoch.AddSeconds(1), "because of 1"),
        ]);
        decisions[0].Inputs.ShouldBe(new Dictionary<string, double> { ["arrivalRps"] = 20 });
        (await Client.GetDecisionsAsync("echo", limit: 1)).ShouldHaveSingleItem().Sequence.ShouldBe(2);
        (await Client.GetDecisionsAsync("echo-2")).ShouldHaveSingleItem().Sequence.ShouldBe(1);
    }

    [Fact]
    public async Task The_last_hundred_are_kept_also_over_a_restart_and_counted_on()
    {
        for (var i = 1; i <= 103; i++)
        {
            await Client.PostDecisionAsync(Decision(i % 8), _token);
        }

        await _registry.StopAsync();
        await _registry.StartAsync();

        (await Client.GetDecisionsAsync("echo")).Select(d => d.Sequence).ShouldBe(Enumerable.Range(4, 100).Reverse().Select(i => (long)i));
        (await Client.PostDecisionAsync(Decision(1), _token)).Sequence.ShouldBe(104);
    }

    [Fact]
    public async Task Of_concurrent_decisions_each_has_a_sequence_of_its_own()
    {
        var decided = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => Client.PostDecisionAsync(Decision(i), _token)));

        decided.Select(d => d.Sequence).Order().ShouldBe([1, 2, 3, 4]);
        (await Client.GetDecisionsAsync("echo")).Count.ShouldBe(4);
    }

    [Fact]
    public async Task They_go_with_their_deployment_and_a_new_one_counts_from_1()
    {
        await Client.PostDecisionAsync(Decision(1), _token);
        await Client.PostDecisionAsync(Decision(2), _token);

        await Client.DeleteDeploymentAsync("echo");
        (await Client.GetDecisionsAsync("echo")).ShouldBeEmpty();
        await Client.PutDeploymentAsync(new Deployment("echo"));

        (await Client.GetDecisionsAsync("echo")).ShouldBeEmpty();
        (await Client.PostDecisionAsync(Decision(3), _token)).Sequence.ShouldBe(1);
    }

    [Fact]
    public async Task Another_version_of_the_deployment_keeps_them()
    {
        await Client.PostDecisionAsync(Decision(1), _token);

        await Client.PutDeploymentAsync(new Deployment("echo", Max: 3));

        (await Client.GetDecisionsAsync("echo")).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Nothing_is_decided_on_what_is_not_deployed()
    {
        var refused = await Should.ThrowAsync<RegistryException>(
            () => Client.PostDecisionAsync(Decision(1) with { Model = "nobody" }, _token));

        refused.Status.ShouldBe(HttpStatusCode.NotFound);
        (await _registry.Http.GetAsync("/v1/deployments/nobody/decisions")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("101")]
    [InlineData("-1")]
    [InlineData("x")]
    [InlineData("")]
    public async Task A_limit_outside_its_bounds_is_refused(string limit)
    {
        using var answer = await _registry.Http.GetAsync($"/v1/deployments/echo/decisions?limit={limit}");

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("must be a number from 1 to 100");
    }

    [Fact]
    public async Task A_decision_without_a_reason_is_refused()
    {
        var refused = await Should.ThrowAsync<RegistryException>(() => Client.PostDecisionAsync(Decision(1) with { Reason = "" }, _token));

        refused.Status.ShouldBe(HttpStatusCode.BadRequest);
        refused.Errors.Keys.ShouldBe(["reason"]);
    }

    [Fact]
    public async Task The_feed_carries_them()
    {
        var before = await Client.PostDecisionAsync(Decision(1), _token);

        var change = await Client.WatchAsync(1, null, Deadline.Token()).FirstAsync(change => change.Kind == CatalogKind.Decision);

        change.Id.ShouldBe("echo/1");
        change.Decision!.Sequence.ShouldBe(before.Sequence);
        change.Decision.Reason.ShouldBe("because of 1");
    }

    private static ScalingDecision Decision(int desired) => new(
        "echo", 0, DateTimeOffset.UnixEpoch.AddSeconds(desired), 0, 0, desired, "slo", $"because of {desired}",
        new Dictionary<string, double> { ["arrivalRps"] = desired * 10 });
}
