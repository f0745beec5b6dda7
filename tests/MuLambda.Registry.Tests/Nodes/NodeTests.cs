using System.Net;

namespace MuLambda.Registry.Tests.Nodes;

public sealed class NodeTests : IAsyncLifetime
{
    private readonly ManualTime _time = new();
    private RegistryServer _registry = null!;

    private RegistryClient Client => _registry.Client;

    public async Task InitializeAsync() => _registry = await RegistryServer.StartAsync(_time);

    public async Task DisposeAsync() => await _registry.DisposeAsync();

    [Fact]
    public async Task A_registered_node_is_read_listed_and_deleted()
    {
        var there = await Client.PutNodeAsync(Sample.Node("edge"));
        await Client.PutNodeAsync(new Node("attic"));

        there.Created.ShouldBeTrue();
        (await Client.PutNodeAsync(Sample.Node("edge"))).Created.ShouldBeFalse();
        var read = (await Client.GetNodeAsync("edge")).ShouldNotBeNull();
        read.ProbeEndpoint.ShouldBe("http://127.0.0.1:5/v1/coordinate");
        read.Coordinate!.Position.ShouldBe([1, -2.5, 3]);
        (read.Coordinate.HeightMs, read.Coordinate.Error).ShouldBe((4, 0.25));
        (await Client.GetNodeAsync("attic"))!.Coordinate.ShouldBeNull();
        (await Client.ListNodesAsync()).Select(n => n.Id).ShouldBe(["attic", "edge"]);
        (await Client.DeleteNodeAsync("edge")).ShouldBeTrue();
        (await Client.DeleteNodeAsync("edge")).ShouldBeFalse();
        (await Client.GetNodeAsync("edge")).ShouldBeNull();
    }

    [Fact]
    public async Task A_node_has_to_renew_its_lease()
    {
        await Client.PutNodeAsync(new Node("renews", LeaseSeconds: 10));
        await Client.PutNodeAsync(new Node("forgets", LeaseSeconds: 10));

        _time.Advance(TimeSpan.FromSeconds(9));
        (await Client.HeartbeatNodeAsync("renews")).ShouldBeTrue();
        _time.Advance(TimeSpan.FromSeconds(9));

        (await Client.HeartbeatNodeAsync("renews")).ShouldBeTrue();
        (await Client.HeartbeatNodeAsync("forgets")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_coordinate_that_is_none_is_refused_by_its_path()
    {
        var refused = await Should.ThrowAsync<RegistryException>(() => Client.PutNodeAsync(
            new Node("edge", Coordinate: new NodeCoordinate([1, 1e9], -1, 2))));

        refused.Status.ShouldBe(HttpStatusCode.BadRequest);
        refused.Errors.Keys.ShouldBe(
            ["coordinate.position[1]", "coordinate.heightMs", "coordinate.error"], ignoreOrder: true);
    }

    [Fact]
    public async Task Reports_of_a_node_that_measures_no_more_end_by_themselves()
    {
        await Client.PutClientAsync(Sample.Client("a"));
        await Client.PutClientAsync(Sample.Client("b"));
        await Client.PutLatenciesAsync("edge", [Sample.Latency("a", node: "edge"), Sample.Latency("b", node: "edge")]);

        _time.Advance(TimeSpan.FromMinutes(10));
        await Client.PutLatenciesAsync("edge", [Sample.Latency("a", node: "edge", second: 59)]);
        _time.Advance(TimeSpan.FromMinutes(10));

        // The puts of two clients, two reports and one newer report came before.
        var deleted = await Client.WatchAsync(5, null, Deadline.Token())
            .FirstAsync(change => change.Type == CatalogChangeType.Delete);
        deleted.Id.ShouldBe("edge/b");
        (await Client.ListLatenciesAsync()).ShouldHaveSingleItem().Client.ShouldBe("a");
    }
}
