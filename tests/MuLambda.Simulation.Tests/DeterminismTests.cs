namespace MuLambda.Simulation.Tests;

public sealed class DeterminismTests
{
    public static TheoryData<string> Choosers => [.. Cluster.Choosers];

    [Theory]
    [MemberData(nameof(Choosers))]
    public void The_same_seed_gives_the_same_requests(string chooser)
    {
        var spec = Clusters.Parity(new ClosedLoop(8, 50));

        Clusters.Run(spec, chooser, 7).ShouldBe(Clusters.Run(spec, chooser, 7));
    }

    [Fact]
    public void Another_seed_gives_other_requests()
    {
        var spec = Clusters.Parity(new ClosedLoop(8, 50));

        Clusters.Run(spec, seed: 7).ShouldNotBe(Clusters.Run(spec, seed: 8));
    }

    [Fact]
    public void A_request_has_the_same_luck_whatever_chooses_for_it()
    {
        // One model with one feature an answer, so that the confidence shows the feature.
        var spec = Clusters.Parity(new ClosedLoop(5, 40));
        spec = spec with
        {
            Models = [.. spec.Models.Select(m => m with { Confidence = new ConfidenceSpec([0.1, 0.2, 0.3]) })],
            Clients = [spec.Clients[0] with { Items = new ItemCount.Between(1, 9) }],
        };
        var first = Lucks(Clusters.Run(spec, "weighted"));

        foreach (var chooser in Cluster.Choosers)
        {
            Lucks(Clusters.Run(spec, chooser)).ShouldBe(first, chooser);
        }
    }

    private static List<(int Stream, int Sequence, double Confidence, int Items)> Lucks(IReadOnlyList<RequestRecord> records) =>
        [.. records.Select(r => (r.Stream, r.Sequence, r.Confidence, r.Items)).Order()];
}
