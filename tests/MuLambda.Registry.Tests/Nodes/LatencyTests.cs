using System.Net;

namespace MuLambda.Registry.Tests.Nodes;

public sealed class LatencyTests : IAsyncLifetime
{
    private RegistryServer _registry = null!;

    private RegistryClient Client => _registry.Client;

    public async Task InitializeAsync()
    {
        _registry = await RegistryServer.StartAsync();
        await Client.PutClientAsync(Sample.Client("a"));
    }

    public async Task DisposeAsync() => await _registry.DisposeAsync();

    [Fact]
    public async Task Reports_are_listed_by_node_and_client_and_those_of_unknown_clients_are_not_there()
    {
        await Client.PutClientAsync(Sample.Client("b"));
        await Client.PutLatenciesAsync("n2", [Sample.Latency("a", node: "n2")]);
        await Client.PutLatenciesAsync("n1", [Sample.Latency("b", node: "n1"), Sample.Latency("a", node: "n1"), Sample.Latency("nobody", node: "n1")]);

        (await Client.ListLatenciesAsync()).Select(r => (r.Node, r.Client)).ShouldBe([("n1", "a"), ("n1", "b"), ("n2", "a")]);
        (await Client.ListLatenciesAsync(node: "n2")).ShouldBe([Sample.Latency("a", node: "n2")]);
        (await Client.ListLatenciesAsync(client: "b")).ShouldHaveSingleItem().Node.ShouldBe("n1");
    }

    [Theory]
    [InlineData(1.001, 1, false)]
    [InlineData(1.5, 1, true)]
    [InlineData(0.5, 1, true)]
    [InlineData(1, 10, true)]
    public async Task A_report_is_written_when_its_figures_moved_or_the_known_one_is_old(double medianMs, int second, bool written)
    {
        await Client.PutLatenciesAsync("local", [Sample.Latency("a", 1)]);
        var report = Sample.Latency("a", medianMs, second: second);

        await Client.PutLatenciesAsync("local", [report]);

        (await Client.ListLatenciesAsync()).ShouldBe([written ? report : Sample.Latency("a", 1)]);
    }

    [Fact]
    public async Task A_thousand_reports_are_one_request()
    {
        await Task.WhenAll(Enumerable.Range(0, 1000).Select(i => Client.PutClientAsync(Sample.Client($"c{i}"))));

        await Client.PutLatenciesAsync("local", [.. Enumerable.Range(0, 1000).Select(i => Sample.Latency($"c{i}", i))]);

        (await Client.ListLatenciesAsync()).Count.ShouldBe(1000);
    }

    [Fact]
    public async Task Reports_that_are_wrong_are_refused_by_index_and_field_and_none_is_written()
    {
        var refused = await Should.ThrowAsync<RegistryException>(() => Client.PutLatenciesAsync(
            "local", [Sample.Latency("a"), Sample.Latency("a", -1), Sample.Latency("a", node: "other")]));

        refused.Status.ShouldBe(HttpStatusCode.BadRequest);
        refused.Errors.Keys.ShouldContain("[1].medianMs");
        refused.Errors.Keys.ShouldContain("[2].node");
        (await Client.ListLatenciesAsync()).ShouldBeEmpty();
    }
}
