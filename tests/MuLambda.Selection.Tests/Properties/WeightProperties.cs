using FsCheck;
using FsCheck.Fluent;
using MuLambda.Catalog;

namespace MuLambda.Selection.Tests.Properties;

/// <summary>
/// What more weight on latency does, all else being as it was.
/// </summary>
/// <remarks>
/// With weights w and 1 - w a candidate's utility is <c>w u + (1 - w) a - W h</c>: u what its latency is worth, a its relative accuracy, h
/// what it takes from others and W the larger of w and of what latency matters to those others. Of two candidates
/// and two weights, adding up that each is the best for its weight gives <c>(w2 - w1) ((u2 - h2 - a2) - (u1 - h1 - a1)) >= 0</c> as long as W is
/// w, and with it <c>u2 - h2 >= u1 - h1</c>: the worth of latency less the harm never falls. That is the utility for
/// latency alone, and this is checked for the candidate of the largest utility. Three things make no more than that true of what is chosen: where others
/// care more for latency than the request does, W is fixed and a choice may become slower and less harmful; worth is not latency where answers
/// scatter; and of ties not the fastest is taken. Without requests in flight and without scatter it does follow
/// that what is chosen gets no slower, but for what a tie may be slower by.
/// </remarks>
public sealed class WeightProperties
{
    private const double Precision = 1e-4;

    private static readonly Arbitrary<(Cluster Cluster, int Less, int More)> Cases = Arb.From(
        from cluster in Clusters.Open.Generator
        from less in Gen.Choose(1, 99)
        from more in Gen.Choose(less, 100)
        select (cluster, less, more),
        one => Clusters.Open.Shrinker(one.cluster).Select(smaller => (smaller, one.less, one.more)));

    [Fact]
    public void More_weight_on_latency_never_chooses_what_is_worth_less_to_those_who_want_latency_alone() => Holds.For(Cases, one =>
    {
        var journey = new Journey(one.Cluster with { Clients = [.. one.Cluster.Clients.Select(client => client with { Latency = 0, Accuracy = 1 })] });
        journey.Run();

        var worth = Survey(journey, 100).ToDictionary(prospect => Key(prospect), prospect => prospect.Utility);
        var (less, more) = (Best(journey, one.Less), Best(journey, one.More));

        worth[Key(more)].ShouldBeGreaterThanOrEqualTo(worth[Key(less)] - Precision - (Precision / (one.More - one.Less + 0.01)));
    });

    [Fact]
    public void More_weight_on_latency_never_chooses_a_slower_one_but_for_a_tie() => Holds.For(Cases, one =>
    {
        var quiet = one.Cluster.History.OfType<Happening.Learned>()
            .Select(learned => learned with { ThenMs = learned.ElapsedMs }).DistinctBy(learned => (learned.Executor, learned.Model));
        var journey = new Journey(one.Cluster with { History = [.. quiet] });
        journey.Run();

        var (less, more) = (Chosen(journey, one.Less), Chosen(journey, one.More));

        var tieMs = 3 * Survey(journey, one.More).Max(prospect => UncertaintyMs(prospect.State));
        more.State.MarginalMs.ShouldBeLessThanOrEqualTo(less.State.MarginalMs + tieMs + Precision);
    });

    private static double UncertaintyMs(CandidateState state) => Math.Max(
        state.ScatterMs, 0.5 * state.Estimate.ServiceMs / Math.Sqrt(Math.Max(1, state.Observations)));

    private static (string, string) Key(Prospect prospect) => (prospect.Candidate.Executor.Id, prospect.Candidate.Model.Name);

    private static Prospect Best(Journey journey, int latencyPercent) => Survey(journey, latencyPercent).MaxBy(prospect => prospect.Utility)!;

    private static Prospect Chosen(Journey journey, int latencyPercent) => Survey(journey, latencyPercent).Single(prospect => prospect.Selected);

    // By criteria of nobody in particular: the round trips of c0, but other weights.
    private static IReadOnlyList<Prospect> Survey(Journey journey, int latencyPercent)
    {
        journey.World.Client("c0", latencyPercent, 100 - latencyPercent);
        return journey.World.Selector.Survey(journey.World.Demand("c0"), 1);
    }
}
