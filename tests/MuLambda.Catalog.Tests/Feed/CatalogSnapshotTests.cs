namespace MuLambda.Catalog.Tests.Feed;

public sealed class CatalogSnapshotTests
{
    private static readonly Client Client = new(
        "c", new Criteria(new Traits("t", "i", "o"), new Preference(1, 1)));

    private static readonly LatencyReport Latency = new("n", "c", 1, 2, 3, DateTimeOffset.UnixEpoch);

    [Fact]
    public void Puts_and_deletes_are_applied_in_order()
    {
        var one = CatalogSnapshot.Empty.Apply(Put(1, Client));
        var two = one.Apply(new CatalogChange(
            CatalogChangeType.Put, 2, CatalogKind.Latency, "n/c", Latency: Latency));
        var three = two.Apply(new CatalogChange(CatalogChangeType.Delete, 3, CatalogKind.Client, "c"));

        one.Clients["c"].ShouldBe(Client);
        two.Latencies[CatalogSnapshot.LatencyId("n", "c")].ShouldBe(Latency);
        three.Clients.ShouldBeEmpty();
        three.Latencies.Count.ShouldBe(1);
        three.Revision.ShouldBe(3);
        one.Revision.ShouldBe(1);
    }

    [Fact]
    public void A_node_comes_and_goes()
    {
        var node = new Node("n", Coordinate: new NodeCoordinate([1, 2], 3, 0.5));

        var there = CatalogSnapshot.Empty.Apply(new CatalogChange(CatalogChangeType.Put, 1, CatalogKind.Node, "n", Node: node));
        var gone = there.Apply(new CatalogChange(CatalogChangeType.Delete, 2, CatalogKind.Node, "n"));

        there.Nodes["n"].ShouldBeSameAs(node);
        gone.Nodes.ShouldBeEmpty();
    }

    [Fact]
    public void A_selector_comes_is_replaced_and_goes()
    {
        var first = new SelectorReplica("s", "n");
        var moved = new SelectorReplica("s", "m");

        var there = CatalogSnapshot.Empty.Apply(new CatalogChange(CatalogChangeType.Put, 1, CatalogKind.Selector, "s", Selector: first));
        var replaced = there.Apply(new CatalogChange(CatalogChangeType.Put, 2, CatalogKind.Selector, "s", Selector: moved));
        var gone = replaced.Apply(new CatalogChange(CatalogChangeType.Delete, 3, CatalogKind.Selector, "s"));
        var begun = replaced.Apply(new CatalogChange(CatalogChangeType.SnapshotBegin, 0));

        there.Selectors["s"].ShouldBeSameAs(first);
        replaced.Selectors.Values.ShouldBe([moved]);
        gone.Selectors.ShouldBeEmpty();
        begun.Selectors.ShouldBeEmpty();
    }

    [Fact]
    public void A_report_on_an_objective_comes_and_goes()
    {
        var report = new SloReport(
            "s", "c", new Slo(20), DateTimeOffset.UnixEpoch, new SloWindow(3600, 1, 2), [], [], LatencyCounts.Empty);

        var there = CatalogSnapshot.Empty.Apply(new CatalogChange(CatalogChangeType.Put, 1, CatalogKind.Slo, "s/c", Slo: report));
        var gone = there.Apply(new CatalogChange(CatalogChangeType.Delete, 2, CatalogKind.Slo, "s/c"));

        there.Slos[CatalogSnapshot.SloId("s", "c")].ShouldBeSameAs(report);
        gone.Slos.ShouldBeEmpty();
    }

    [Fact]
    public void Deployments_and_leaderships_come_and_go_and_decisions_only_move_the_revision()
    {
        var deployment = new Deployment("m");
        var leadership = new Leadership("scaler", "a", Token: 2);
        var decision = new ScalingDecision("m", 1, DateTimeOffset.UnixEpoch, 0, 0, 1, "slo", "why", new Dictionary<string, double>());

        var there = CatalogSnapshot.Empty
            .Apply(new CatalogChange(CatalogChangeType.Put, 1, CatalogKind.Deployment, "m", Deployment: deployment))
            .Apply(new CatalogChange(CatalogChangeType.Put, 2, CatalogKind.Leadership, "scaler", Leadership: leadership))
            .Apply(new CatalogChange(CatalogChangeType.Put, 3, CatalogKind.Decision, "m/1", Decision: decision));
        var gone = there
            .Apply(new CatalogChange(CatalogChangeType.Delete, 4, CatalogKind.Decision, "m/1"))
            .Apply(new CatalogChange(CatalogChangeType.Delete, 5, CatalogKind.Deployment, "m"))
            .Apply(new CatalogChange(CatalogChangeType.Delete, 6, CatalogKind.Leadership, "scaler"));

        there.Deployments["m"].ShouldBeSameAs(deployment);
        there.Leaderships["scaler"].ShouldBeSameAs(leadership);
        there.Revision.ShouldBe(3);
        (gone.Deployments.Count, gone.Leaderships.Count, gone.Revision).ShouldBe((0, 0, 6L));
    }

    [Fact]
    public void A_decision_takes_the_slot_of_the_one_a_hundred_before_it() =>
        (CatalogSnapshot.DecisionId("m", 7), CatalogSnapshot.DecisionId("m", 107)).ShouldBe(("m/7", "m/7"));

    [Fact]
    public void What_a_change_does_not_concern_stays_the_same_object()
    {
        var there = CatalogSnapshot.Empty.Apply(
            new CatalogChange(CatalogChangeType.Put, 1, CatalogKind.Selector, "s", Selector: new SelectorReplica("s")));

        there.Apply(Put(2, Client)).Selectors.ShouldBeSameAs(there.Selectors);
    }

    [Fact]
    public void A_snapshot_replaces_everything_and_is_complete_only_at_its_end()
    {
        var old = CatalogSnapshot.Empty.Apply(Put(9, Client with { Id = "old" }));

        var begun = old.Apply(new CatalogChange(CatalogChangeType.SnapshotBegin, 0));
        var half = begun.Apply(Put(4, Client));
        var whole = half.Apply(new CatalogChange(CatalogChangeType.SnapshotEnd, 7, Epoch: "e"));

        begun.IsComplete.ShouldBeFalse();
        half.IsComplete.ShouldBeFalse();
        half.Revision.ShouldBe(0);
        whole.IsComplete.ShouldBeTrue();
        whole.Clients.Keys.ShouldBe(["c"]);
        (whole.Revision, whole.Epoch).ShouldBe((7, "e"));
    }

    [Fact]
    public void A_heartbeat_changes_nothing() =>
        CatalogSnapshot.Empty.Apply(new CatalogChange(CatalogChangeType.Heartbeat, 5)).ShouldBeSameAs(CatalogSnapshot.Empty);

    [Fact]
    public void Changes_without_their_noun_or_id_are_refused()
    {
        Should.Throw<ArgumentException>(() => CatalogSnapshot.Empty.Apply(
            new CatalogChange(CatalogChangeType.Put, 1, CatalogKind.Model, "m@1", Client: Client)));
        Should.Throw<ArgumentException>(() => CatalogSnapshot.Empty.Apply(
            new CatalogChange(CatalogChangeType.Delete, 1, CatalogKind.Model)));
        Should.Throw<ArgumentException>(() => CatalogSnapshot.Empty.Apply(
            new CatalogChange(CatalogChangeType.Delete, 1, Id: "m@1")));
    }

    private static CatalogChange Put(long revision, Client client) =>
        new(CatalogChangeType.Put, revision, CatalogKind.Client, client.Id, Client: client);
}
