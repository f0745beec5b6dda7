using MuLambda.Catalog;
using MuLambda.Prober.Coordinates;
using MuLambda.Prober.Options;
using MuLambda.Prober.Tests.Support;

namespace MuLambda.Prober.Tests.Coordinates;

public class ClientShareTests
{
    [Fact]
    public void While_there_are_few_clients_every_node_measures_all() =>
        ClientShare.Drawn(Catalog(nodes: 100, clients: 64), new ProberOptions { Node = "n0" }).ShouldBeNull();

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 3)]
    [InlineData(8, 8)]
    [InlineData(60, 8)]
    public void Beyond_that_every_client_is_measured_by_as_many_nodes_as_it_should(int nodes, int measuredBy)
    {
        var catalog = Catalog(nodes, clients: 300);

        var shares = Enumerable.Range(0, nodes).Select(n => ClientShare.Drawn(catalog, Options(n))!).ToList();

        foreach (var client in catalog.Clients.Keys)
        {
            shares.Count(share => share.Contains(client)).ShouldBe(measuredBy, client);
        }

        var fair = 300.0 * measuredBy / nodes;
        shares.Max(share => share.Count).ShouldBeLessThan((int)(2.5 * fair) + 1);
        shares.Min(share => share.Count).ShouldBeGreaterThan((int)(fair / 4));
    }

    [Fact]
    public void A_node_that_goes_away_moves_only_the_clients_it_measured()
    {
        var before = Catalog(nodes: 60, clients: 300);
        var after = before.Apply(new CatalogChange(CatalogChangeType.Delete, 9, CatalogKind.Node, "n59"));
        var gone = ClientShare.Drawn(before, Options(59))!;

        for (var n = 0; n < 59; n++)
        {
            var (had, has) = (ClientShare.Drawn(before, Options(n))!, ClientShare.Drawn(after, Options(n))!);
            had.Except(has).ShouldBeEmpty();
            has.Except(had).ShouldAllBe(client => gone.Contains(client));
        }
    }

    [Fact]
    public void A_node_that_is_not_in_the_catalog_yet_has_its_share_already() =>
        ClientShare.Drawn(Catalog(nodes: 60, clients: 300), new ProberOptions { Node = "newcomer" })!.Count.ShouldBeInRange(5, 120);

    [Fact]
    public void The_nodes_predicted_to_be_nearest_measure_a_client_too()
    {
        // Nodes on a line, 10 ms apart; the far ones measured a client at 34 ms from the first.
        var catalog = OnALine(20);
        foreach (var n in (int[])[0, 10, 15, 19])
        {
            catalog = Measured(catalog, n, Math.Abs((10 * n) - 34) + 2);
        }

        var near = Enumerable.Range(0, 20)
            .Where(n => ClientShare.Near(catalog, Options(n, near: 3), new HashSet<string>()).Contains("c0"));

        near.ShouldBe([2, 3, 4]);
    }

    [Fact]
    public void A_node_stays_near_while_it_is_not_clearly_farther_than_others()
    {
        var catalog = Measured(Measured(OnALine(20), 0, 36), 10, 68);
        var options = Options(5, near: 2);

        ClientShare.Near(catalog, options, new HashSet<string>()).ShouldBeEmpty();
        ClientShare.Near(catalog, options, new HashSet<string> { "c0" }).ShouldBe(["c0"]);
        ClientShare.Near(catalog, Options(9, near: 2), new HashSet<string> { "c0" }).ShouldBeEmpty();
    }

    [Fact]
    public void What_was_chosen_is_the_same_object_until_something_changes()
    {
        var clock = new FakeClock();
        var chooser = new ClientChooser(Microsoft.Extensions.Options.Options.Create(Options(0)), clock);
        var catalog = Catalog(nodes: 20, clients: 100);

        var first = chooser.Choose(catalog).ShouldNotBeNull();
        clock.Advance(TimeSpan.FromMinutes(1));
        chooser.Choose(catalog).ShouldBeSameAs(first);
        var fewer = chooser.Choose(Catalog(nodes: 10, clients: 100)).ShouldNotBeNull();
        fewer.Count.ShouldBeGreaterThan(first.Count);
        chooser.Choose(Catalog(nodes: 10, clients: 10)).ShouldBeNull();
    }

    private static ProberOptions Options(int node, int near = 8) => new() { Node = $"n{node}", NearNodesPerClient = near };

    private static CatalogSnapshot Catalog(int nodes, int clients)
    {
        var catalog = SampleCatalog.WithClients(
            [.. Enumerable.Range(0, clients).Select(i => ($"c{i}", (string?)$"http://127.0.0.1:{i + 1}/"))]);
        return Enumerable.Range(0, nodes).Aggregate(catalog, (c, n) => With(c, new Node($"n{n}")));
    }

    private static CatalogSnapshot OnALine(int nodes) => Enumerable.Range(0, nodes).Aggregate(
        SampleCatalog.WithClients(("c0", "http://127.0.0.1:1/")),
        (c, n) => With(c, new Node($"n{n}", Coordinate: new NodeCoordinate([10 * n], 1, 0.1))));

    private static CatalogSnapshot With(CatalogSnapshot catalog, Node node) =>
        catalog.Apply(new CatalogChange(CatalogChangeType.Put, 2, CatalogKind.Node, node.Id, Node: node));

    private static CatalogSnapshot Measured(CatalogSnapshot catalog, int node, double medianMs) => catalog.Apply(new CatalogChange(
        CatalogChangeType.Put, 3, CatalogKind.Latency, $"n{node}/c0",
        Latency: new LatencyReport($"n{node}", "c0", medianMs, medianMs, 9, DateTimeOffset.UnixEpoch)));
}
