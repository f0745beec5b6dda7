using System.Net;
using System.Text;
using System.Text.Json;
using MuLambda.Registry.Tests.Hosting;

namespace MuLambda.Registry.Tests.Leaderships;

public sealed class LeadershipTests : IAsyncLifetime
{
    private static readonly Leadership A = new("scaler", "a", 5);
    private static readonly Leadership B = new("scaler", "b", 5);

    private readonly ManualTime _time = new();
    private RegistryServer _registry = null!;

    private RegistryClient Client => _registry.Client;

    public async Task InitializeAsync() => _registry = await RegistryServer.StartAsync(_time);

    public async Task DisposeAsync() => await _registry.DisposeAsync();

    [Fact]
    public async Task One_leads_until_it_gives_up_and_another_is_told_who_does()
    {
        var a = (await Client.LeadAsync(A))!;

        (a.Holder, a.LeaseSeconds).ShouldBe(("a", 5.0));
        a.Token.ShouldBeGreaterThan(0);
        (await Client.LeadAsync(B)).ShouldBeNull();
        (await Client.GetLeadershipAsync("scaler")).ShouldBe(a);
        using var answer = await _registry.Http.PutAsync(
            "/v1/leadership/scaler", new StringContent("""{"name":"scaler","holder":"b"}""", Encoding.UTF8, "application/json"));
        answer.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        problem.RootElement.GetProperty("detail").GetString()!.ShouldContain("led by 'a'");

        (await Client.ReleaseLeadershipAsync("scaler", "b")).ShouldBeFalse();
        (await Client.ReleaseLeadershipAsync("scaler", "a")).ShouldBeTrue();
        (await Client.ReleaseLeadershipAsync("scaler", "a")).ShouldBeFalse();
        (await Client.GetLeadershipAsync("scaler")).ShouldBeNull();
        (await Client.LeadAsync(B))!.Token.ShouldBeGreaterThan(a.Token);
    }

    [Fact]
    public async Task Of_many_that_want_to_lead_at_once_one_does()
    {
        var wishes = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Client.LeadAsync(new Leadership("scaler", $"s-{i}"))));

        var leader = wishes.OfType<Leadership>().ShouldHaveSingleItem();
        (await Client.GetLeadershipAsync("scaler")).ShouldBe(leader);
    }

    [Fact]
    public async Task The_leader_renews_under_its_token_whatever_token_it_sends()
    {
        var first = (await Client.LeadAsync(A))!;

        for (var i = 0; i < 4; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(4));
            (await Client.LeadAsync(A with { Token = 1000 })).ShouldBe(first);
        }

        (await Client.LeadAsync(A with { LeaseSeconds = 50 }))!.Token.ShouldBe(first.Token);
        _time.Advance(TimeSpan.FromSeconds(49));
        (await Client.LeadAsync(B)).ShouldBeNull();
    }

    [Fact]
    public async Task Who_does_not_renew_is_followed_by_another_under_a_larger_token()
    {
        var a = (await Client.LeadAsync(A))!;

        await ExpireAsync(a);

        (await Client.GetLeadershipAsync("scaler")).ShouldBeNull();
        var b = (await Client.LeadAsync(B))!;
        b.Token.ShouldBeGreaterThan(a.Token);
        (await Client.LeadAsync(A)).ShouldBeNull();
    }

    [Fact]
    public async Task The_same_holder_gets_another_token_after_its_lease_ran_out()
    {
        var first = (await Client.LeadAsync(A))!;
        _time.Advance(TimeSpan.FromSeconds(5));

        (await Client.LeadAsync(A))!.Token.ShouldBeGreaterThan(first.Token);
    }

    [Fact]
    public async Task Tokens_grow_over_expiries_releases_and_restarts_and_none_comes_again()
    {
        var tokens = new List<long>();
        for (var round = 0; round < 4; round++)
        {
            var a = (await Client.LeadAsync(A))!;
            await ExpireAsync(a);
            var b = (await Client.LeadAsync(B))!;
            await Client.ReleaseLeadershipAsync("scaler", "b");
            tokens.AddRange([a.Token, b.Token]);
            await _registry.StopAsync();
            await _registry.StartAsync();
        }

        tokens.ShouldBe(tokens.Distinct().Order());
    }

    [Fact]
    public async Task A_leader_leads_on_when_the_registry_was_restarted()
    {
        var a = (await Client.LeadAsync(A))!;
        await _registry.StopAsync();
        await _registry.StartAsync();

        (await Client.LeadAsync(B)).ShouldBeNull();
        (await Client.LeadAsync(A)).ShouldBe(a);
    }

    [Fact]
    public async Task A_killed_registry_gives_no_token_again()
    {
        using var directory = new TestDirectory();
        var tokens = new List<long>();
        for (var i = 0; i < 3; i++)
        {
            using var registry = await RegistryProcess.StartAsync(directory.Path);
            if (i > 0)
            {
                (await registry.Client.GetLeadershipAsync("scaler"))!.Token.ShouldBe(tokens[^1]);
                await registry.Client.ReleaseLeadershipAsync("scaler", $"s-{i - 1}");
            }

            tokens.Add((await registry.Client.LeadAsync(new Leadership("scaler", $"s-{i}", 3600)))!.Token);
            await registry.KillAsync();
        }

        tokens.ShouldBe(tokens.Distinct().Order());
    }

    [Fact]
    public async Task Each_leadership_is_one_by_itself()
    {
        (await Client.LeadAsync(A)).ShouldNotBeNull();
        (await Client.LeadAsync(B with { Name = "collector" })).ShouldNotBeNull();
    }

    [Fact]
    public async Task The_feed_tells_who_leads_and_no_renewal()
    {
        var a = (await Client.LeadAsync(A))!;
        await Client.LeadAsync(A);
        await Client.ReleaseLeadershipAsync("scaler", "a");
        await Client.PutClientAsync(Sample.Client("mark"));

        var changes = await Client.WatchAsync(0, null, Deadline.Token())
            .Where(change => change.Type is CatalogChangeType.Put or CatalogChangeType.Delete).Take(1).ToListAsync();
        changes.ShouldHaveSingleItem().Kind.ShouldBe(CatalogKind.Client);
        changes = await Client.WatchAsync(a.Token, null, Deadline.Token())
            .Where(change => change.Type != CatalogChangeType.Heartbeat).Take(2).ToListAsync();
        changes.Select(change => (change.Type, change.Kind, change.Id)).ShouldBe(
            [(CatalogChangeType.Delete, CatalogKind.Leadership, "scaler"), (CatalogChangeType.Put, CatalogKind.Client, "mark")]);
    }

    [Theory]
    [InlineData("""{"name": "other", "holder": "a"}""", "name")]
    [InlineData("""{"name": "scaler", "holder": "A"}""", "holder")]
    [InlineData("""{"name": "scaler"}""", "holder")]
    [InlineData("""{"name": "scaler", "holder": "a", "leaseSeconds": 0}""", "leaseSeconds")]
    public async Task A_wish_outside_the_limits_is_refused_by_the_path_of_its_field(string body, string path)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await _registry.Http.PutAsync("/v1/leadership/scaler", content);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync()).ShouldContain($"\"{path}\":");
    }

    [Fact]
    public async Task Who_gives_the_lead_up_has_to_be_said()
    {
        using var answer = await _registry.Http.DeleteAsync("/v1/leadership/scaler");

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("holder");
    }

    /// <summary>Lets a lease run out and waits until the registry has noticed.</summary>
    private async Task ExpireAsync(Leadership leadership)
    {
        _time.Advance(TimeSpan.FromSeconds(leadership.LeaseSeconds));
        await Client.WatchAsync(leadership.Token, null, Deadline.Token())
            .FirstAsync(change => change is { Type: CatalogChangeType.Delete, Kind: CatalogKind.Leadership });
    }
}
