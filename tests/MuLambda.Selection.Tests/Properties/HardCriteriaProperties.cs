using MuLambda.Catalog;

namespace MuLambda.Selection.Tests.Properties;

public sealed class HardCriteriaProperties
{
    // Figures are kept in single precision and the time in whole milliseconds.
    private const double Precision = 1e-5;
    private const double ResolutionMs = 1.1;

    public static TheoryData<string> Policies => [.. SelectionPolicies.Names];

    [Theory]
    [MemberData(nameof(Policies))]
    public void Only_what_may_get_a_request_gets_it(string policy) => Holds.For(Clusters.Eventful, cluster =>
    {
        Journey journey = null!;
        journey = new Journey(cluster, policy)
        {
            Selected = (asked, decision) =>
            {
                if (decision is { Candidate: var candidate })
                {
                    candidate.Executor.State.ShouldBe(ExecutorState.Ready);
                    candidate.Model.Traits.ShouldBe(Cluster.AllTraits[cluster.Clients[asked.Client].Traits]);
                    journey.Admissible(asked).ShouldContain((journey.IndexOf(candidate.Executor.Id), IndexOf(candidate.Model)));
                }
            },
        };
        journey.Run();
    });

    [Theory]
    [MemberData(nameof(Policies))]
    public void No_bound_is_knowingly_broken_and_nothing_within_the_bounds_is_refused(string policy) => Holds.For(Clusters.Eventful, cluster =>
    {
        Journey journey = null!;
        var believed = new Dictionary<(int, int), double>();
        journey = new Journey(cluster, policy)
        {
            Selecting = asked =>
            {
                believed.Clear();
                foreach (var (e, m) in journey.Admissible(asked))
                {
                    believed[(e, m)] = journey.BelievedMs(asked, e, m);
                }
            },
            Selected = (asked, decision) =>
            {
                var client = cluster.Clients[asked.Client];
                var (maxMs, minAccuracy) = (client.MaxLatencyMs ?? double.PositiveInfinity, client.MinAccuracy ?? 0);
                if (decision is { } chosen)
                {
                    var (e, m) = (journey.IndexOf(chosen.Candidate.Executor.Id), IndexOf(chosen.Candidate.Model));
                    chosen.Estimate.LatencyMs.ShouldBeLessThanOrEqualTo(maxMs * (1 + Precision));
                    (believed[(e, m)] > (maxMs * (1 + Precision)) + ResolutionMs).ShouldBeFalse($"{believed[(e, m)]} ms are believed");
                    journey.ProvenAccuracy(e, m).ShouldBeGreaterThanOrEqualTo(minAccuracy - Precision);
                    return;
                }

                foreach (var ((e, m), ms) in believed)
                {
                    (ms < (maxMs * (1 - Precision)) - ResolutionMs && journey.ProvenAccuracy(e, m) > minAccuracy + Precision).ShouldBeFalse(
                        $"e{e} with m{m} would take {ms} ms");
                }
            },
        };
        journey.Run();
    });

    [Fact]
    public void A_survey_selects_something_exactly_where_a_selection_does_and_a_refusal_is_explained() => Holds.For(Clusters.Eventful, cluster =>
    {
        Journey journey = null!;
        var surveyed = false;
        journey = new Journey(cluster)
        {
            Selecting = asked => surveyed = journey.World.Selector.Survey(journey.World.Demand($"c{asked.Client}"), asked.Items)
                .Count(prospect => prospect.Selected) == 1,
            Selected = (asked, decision) =>
            {
                if (asked.Without.Count > 0)
                {
                    return;
                }

                (decision is not null).ShouldBe(surveyed);
                if (decision is null)
                {
                    var world = journey.World;
                    world.Selector.Explain(world.Snapshot, world.Demand($"c{asked.Client}"), asked.Items).Criteria.ShouldNotBeEmpty();
                }
            },
        };
        journey.Run();
    });

    private static int IndexOf(Model model) => int.Parse(model.Name.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture);
}
