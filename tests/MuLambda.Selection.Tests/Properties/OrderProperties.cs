namespace MuLambda.Selection.Tests.Properties;

public sealed class OrderProperties
{
    public static TheoryData<string> Policies => [.. SelectionPolicies.Names];

    [Theory]
    [MemberData(nameof(Policies))]
    public void The_order_in_which_the_catalog_is_met_does_not_matter(string policy) => Holds.For(Clusters.Eventful, cluster =>
        ChoicesOf(cluster, policy, order: 1).ShouldBe(ChoicesOf(cluster, policy, order: 2)));

    [Fact]
    public void What_the_executors_are_called_decides_among_equals_only() => Holds.For(Clusters.Open, cluster =>
    {
        var names = Enumerable.Range(0, cluster.Executors.Count).ToArray();
        new Random(cluster.Executors.Count).Shuffle(names);
        var (one, other) = (new Journey(cluster), new Journey(cluster, idOf: e => $"x{names[e]:00}"));
        one.Run();
        other.Run();

        for (var client = 0; client < cluster.Clients.Count; client++)
        {
            FiguresOfChoice(other, client).ShouldBe(FiguresOfChoice(one, client));
        }
    });

    // What distinguishes a candidate from others: all but what it is called, and an accuracy that has no weight.
    private static (double, double, long, long, long, float) FiguresOfChoice(Journey journey, int client)
    {
        var chosen = journey.World.Selector.Survey(journey.World.Demand($"c{client}"), 1).Single(prospect => prospect.Selected);
        var (state, estimate) = (chosen.State, chosen.State.Estimate);
        return (estimate.LatencyMs, estimate.ServiceMs, state.InFlight, state.ModelBytes, state.TurnsUnchosen, (float)chosen.Utility);
    }

    private static List<string> ChoicesOf(Cluster cluster, string policy, int order)
    {
        var choices = new List<string>();
        new Journey(cluster, policy, order)
        {
            Selected = (_, decision) => choices.Add(decision is { } chosen ? $"{chosen.Candidate.Executor.Id} {chosen.Candidate.Model.Name}" : "none"),
        }.Run();
        return choices;
    }
}
