using System.Net;
using System.Text;

namespace MuLambda.Registry.Tests.Leaderships;

public sealed class FencingTests : IAsyncLifetime
{
    private static readonly ScalingDecision Decision = new(
        "echo", 0, DateTimeOffset.UnixEpoch, 0, 0, 1, "slo", "why", new Dictionary<string, double>());

    private RegistryServer _registry = null!;
    private long _replaced;
    private long _present;

    private RegistryClient Client => _registry.Client;

    public async Task InitializeAsync()
    {
        _registry = await RegistryServer.StartAsync();
        await _registry.PutModelAsync();
        await Client.PutDeploymentAsync(new Deployment("echo"));
        _replaced = (await Client.LeadAsync(new Leadership("scaler", "a")))!.Token;
        await Client.ReleaseLeadershipAsync("scaler", "a");
        _present = (await Client.LeadAsync(new Leadership("scaler", "b")))!.Token;
    }

    public async Task DisposeAsync() => await _registry.DisposeAsync();

    [Fact]
    public async Task A_leader_that_was_replaced_writes_nothing()
    {
        await RefusedAsync(() => Client.PutExecutorAsync(Sample.Executor("e1"), _replaced));
        await RefusedAsync(() => Client.PostDecisionAsync(Decision, _replaced));

        (await Client.GetExecutorAsync("e1")).ShouldBeNull();
        (await Client.GetDecisionsAsync("echo")).ShouldBeEmpty();

        async Task RefusedAsync(Func<Task> write)
        {
            var refused = await Should.ThrowAsync<RegistryException>(write);
            refused.Status.ShouldBe(HttpStatusCode.Conflict);
            refused.Detail!.ShouldContain($"led by 'b' under the token {_present}; {_replaced} is not valid");
        }
    }

    [Fact]
    public async Task The_leader_writes_and_so_does_who_claims_no_lead()
    {
        (await Client.PutExecutorAsync(Sample.Executor("e1"), _present)).Created.ShouldBeTrue();
        (await Client.PutExecutorAsync(Sample.Executor("e2"))).Created.ShouldBeTrue();
        (await Client.PostDecisionAsync(Decision, _present)).Sequence.ShouldBe(1);
    }

    [Fact]
    public async Task Where_nobody_leads_no_token_is_valid()
    {
        await Client.ReleaseLeadershipAsync("scaler", "b");

        var refused = await Should.ThrowAsync<RegistryException>(() => Client.PutExecutorAsync(Sample.Executor("e1"), _present));

        refused.Status.ShouldBe(HttpStatusCode.Conflict);
        refused.Detail!.ShouldContain("Nobody leads 'scaler'");
    }

    [Fact]
    public async Task Heartbeats_and_removals_of_executors_are_held_to_the_token_as_well()
    {
        await Client.PutExecutorAsync(Sample.Executor("e1"), _present);

        (await SendAsync(HttpMethod.Post, "/v1/executors/e1/heartbeat", $"scaler; token={_replaced}", """{"state":"draining"}"""))
            .ShouldBe(HttpStatusCode.Conflict);
        (await SendAsync(HttpMethod.Delete, "/v1/executors/e1", $"scaler; token={_replaced}")).ShouldBe(HttpStatusCode.Conflict);
        (await Client.GetExecutorAsync("e1"))!.State.ShouldBe(ExecutorState.Ready);

        (await SendAsync(HttpMethod.Post, "/v1/executors/e1/heartbeat", $"scaler; token={_present}", """{"state":"draining"}"""))
            .ShouldBe(HttpStatusCode.NoContent);
        (await SendAsync(HttpMethod.Delete, "/v1/executors/e1", $"scaler; token={_present}")).ShouldBe(HttpStatusCode.NoContent);
    }

    [Theory]
    [InlineData("scaler")]
    [InlineData("scaler; token=x")]
    public async Task A_malformed_header_is_refused_by_its_name(string header)
    {
        await Client.PutExecutorAsync(Sample.Executor("e1"));

        (await SendAsync(HttpMethod.Delete, "/v1/executors/e1", header)).ShouldBe(HttpStatusCode.BadRequest);
        (await Client.GetExecutorAsync("e1")).ShouldNotBeNull();
    }

    private async Task<HttpStatusCode> SendAsync(HttpMethod method, string path, string header, string? body = null)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Add(LeadershipHeader.Name, header);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        using var answer = await _registry.Http.SendAsync(request);
        return answer.StatusCode;
    }
}
