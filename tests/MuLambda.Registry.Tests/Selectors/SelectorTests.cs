using System.Net;

namespace MuLambda.Registry.Tests.Selectors;

public sealed class SelectorTests : IAsyncLifetime
{
    private readonly ManualTime _time = new();
    private RegistryServer _registry = null!;

    private RegistryClient Client => _registry.Client;

    public async Task InitializeAsync() => _registry = await RegistryServer.StartAsync(_time);

    public async Task DisposeAsync() => await _registry.DisposeAsync();

    [Fact]
    public async Task A_registered_selector_is_read_listed_and_deleted()
    {
        var there = await Client.PutSelectorAsync(new SelectorReplica("s-2", "edge", 10));
        await Client.PutSelectorAsync(new SelectorReplica("s-1"));

        there.ShouldBe(new(new SelectorReplica("s-2", "edge", 10), true));
        (await Client.PutSelectorAsync(new SelectorReplica("s-2", "edge", 10))).Created.ShouldBeFalse();
        (await Client.GetSelectorAsync("s-2")).ShouldBe(new SelectorReplica("s-2", "edge", 10));
        (await Client.ListSelectorsAsync()).ShouldBe([new SelectorReplica("s-1"), new SelectorReplica("s-2", "edge", 10)]);
        (await Client.DeleteSelectorAsync("s-2")).ShouldBeTrue();
        (await Client.DeleteSelectorAsync("s-2")).ShouldBeFalse();
        (await Client.GetSelectorAsync("s-2")).ShouldBeNull();
    }

    [Fact]
    public async Task A_selector_has_to_renew_its_lease_with_a_heartbeat_or_a_put()
    {
        await Client.PutSelectorAsync(new SelectorReplica("beats", LeaseSeconds: 10));
        await Client.PutSelectorAsync(new SelectorReplica("puts", LeaseSeconds: 10));
        await Client.PutSelectorAsync(new SelectorReplica("forgets", LeaseSeconds: 10));

        _time.Advance(TimeSpan.FromSeconds(9));
        (await Client.HeartbeatSelectorAsync("beats")).ShouldBeTrue();
        (await Client.PutSelectorAsync(new SelectorReplica("puts", LeaseSeconds: 10))).Created.ShouldBeFalse();
        _time.Advance(TimeSpan.FromSeconds(9));

        (await Client.HeartbeatSelectorAsync("beats")).ShouldBeTrue();
        (await Client.HeartbeatSelectorAsync("puts")).ShouldBeTrue();
        (await Client.HeartbeatSelectorAsync("forgets")).ShouldBeFalse();
        (await Client.HeartbeatSelectorAsync("nobody")).ShouldBeFalse();
    }

    [Fact]
    public async Task The_feed_tells_who_came_and_whose_lease_ran_out_and_no_renewal()
    {
        await Client.PutSelectorAsync(new SelectorReplica("s-1", "edge", 10));
        await Client.PutSelectorAsync(new SelectorReplica("s-2", LeaseSeconds: 30));
        await Client.HeartbeatSelectorAsync("s-1");

        _time.Advance(TimeSpan.FromSeconds(10));

        var changes = await Client.WatchAsync(1, null, Deadline.Token())
            .Where(c => c.Type != CatalogChangeType.Heartbeat).Take(2).ToListAsync();
        changes.ShouldBe(
        [
            new(CatalogChangeType.Put, 2, CatalogKind.Selector, "s-2", Selector: new SelectorReplica("s-2", LeaseSeconds: 30)),
            new(CatalogChangeType.Delete, 3, CatalogKind.Selector, "s-1"),
        ]);
    }

    [Fact]
    public async Task A_snapshot_of_the_feed_holds_the_selectors_also_after_a_restart()
    {
        await Client.PutSelectorAsync(new SelectorReplica("s-1", "edge", 10));
        await _registry.StopAsync();
        await _registry.StartAsync();

        var snapshot = CatalogSnapshot.Empty;
        await foreach (var change in Client.WatchAsync(0, null, Deadline.Token()))
        {
            snapshot = snapshot.Apply(change);
            if (change.Type == CatalogChangeType.SnapshotEnd)
            {
                break;
            }
        }

        snapshot.IsComplete.ShouldBeTrue();
        snapshot.Selectors.Values.ShouldBe([new SelectorReplica("s-1", "edge", 10)]);
    }

    [Theory]
    [InlineData("s", """{"id": "t"}""", "id")]
    [InlineData("s", """{"id": "s", "node": "A B"}""", "node")]
    [InlineData("s", """{"id": "s", "leaseSeconds": 0.1}""", "leaseSeconds")]
    [InlineData("s", """{"id": "s", "zone": "x"}""", "zone")]
    [InlineData("S", """{"id": "S"}""", "id")]
    public async Task A_selector_outside_the_limits_is_refused_by_the_path_of_its_field(string id, string body, string path)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var answer = await _registry.Http.PutAsync($"/v1/selectors/{id}", content);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        using var problem = System.Text.Json.JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        problem.RootElement.GetProperty("errors").EnumerateObject().Select(e => e.Name).ShouldContain(path);
    }
}
