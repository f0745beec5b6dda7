using MuLambda.Catalog;
using Xunit.Abstractions;

namespace MuLambda.Selection.Tests;

public sealed class BoundsPropertyTests(ITestOutputHelper output)
{
    private static readonly Traits[] AllTraits =
        [World.Digits, new("classification", "text", "label"), new("detection", "image", "box")];

    [Theory]
    [InlineData("mulambda")]
    [InlineData("weighted")]
    [InlineData("round-robin")]
    [InlineData("random")]
    [InlineData("plain-net-latency")]
    public void No_decision_breaks_a_hard_criterion_and_no_refusal_overlooks_a_candidate(string policy)
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var (decided, refused) = (0, 0);
        for (var round = 0; round < 60; round++)
        {
            var world = RandomWorld(policy, random);
            for (var call = 0; call < 40; call++)
            {
                var demand = world.Demand($"c{random.Next(6)}");
                var selected = world.Selector.Select(demand, random.Next(1, 20));
                var because = $"seed {seed}, round {round}, call {call}";
                if (selected is not { } assignment)
                {
                    refused++;
                    world.Selector.Explain(world.Snapshot, demand, 1).Criteria.ShouldNotBeEmpty(because);
                    continue;
                }

                decided++;
                MeetsEveryCriterion(assignment.Decision, demand.Criteria, because);
                Finish(assignment, random);
                world.Time.Advance(TimeSpan.FromMilliseconds(random.Next(0, 2000)));
            }
        }

        (decided + refused).ShouldBe(2400);
        decided.ShouldBeGreaterThan(200, $"seed {seed}");
        refused.ShouldBeGreaterThan(50, $"seed {seed}");
    }

    [Fact]
    public void A_refusal_means_that_every_candidate_is_excluded()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var round = 0; round < 1000; round++)
        {
            var world = RandomWorld("mulambda", random);
            var demand = world.Demand($"c{random.Next(6)}");

            var prospects = world.Selector.Survey(demand, 1);
            using var assignment = world.Selector.Select(demand, 1);

            prospects.Any(p => p.ExcludedBy.Count == 0).ShouldBe(assignment is not null, $"seed {seed}, round {round}");
            prospects.Count(p => p.Selected).ShouldBe(assignment is null ? 0 : 1, $"seed {seed}, round {round}");
        }
    }

    private static World RandomWorld(string policy, Random random)
    {
        var world = new World(policy, random.Next());
        for (var m = 0; m < 6; m++)
        {
            world.Model($"m{m}", random.NextDouble(), random.Next(0, 20_000_000), AllTraits[random.Next(3)]);
        }

        for (var e = 0; e < 12; e++)
        {
            world.Executor($"e{e}", $"m{random.Next(6)}", $"n{random.Next(3)}",
                random.Next(4) == 0 ? (ExecutorState)random.Next(5) : ExecutorState.Ready);
        }

        for (var c = 0; c < 6; c++)
        {
            world.Client($"c{c}", random.NextDouble(), random.NextDouble() + 1e-6,
                random.Next(2) == 0 ? random.NextDouble() * 100 : null, random.Next(2) == 0 ? random.NextDouble() : null,
                AllTraits[random.Next(3)]);
            world.Latency($"n{random.Next(3)}", $"c{c}", random.NextDouble() * 50);
        }

        return world;
    }

    private static void MeetsEveryCriterion(Decision decision, Criteria criteria, string because)
    {
        decision.Candidate.Model.Traits.ShouldBe(criteria.Required, because);
        decision.Candidate.Executor.State.ShouldBe(ExecutorState.Ready, because);
        decision.Estimate.LatencyMs.ShouldBeLessThanOrEqualTo(
            criteria.Bounds?.MaxLatencyMs ?? double.PositiveInfinity, because);
        decision.Candidate.Model.Accuracy.Value.ShouldBeGreaterThanOrEqualTo(criteria.Bounds?.MinAccuracy ?? 0, because);
    }

    private static void Finish(Assignment assignment, Random random)
    {
        switch (random.Next(8))
        {
            case 0: assignment.Fail(); break;
            case 1: break; // It stays in flight.
            case 2: assignment.TimeOut(random.Next(1, 500), unresponsive: random.Next(2) == 0); break;
            default: assignment.Complete(random.NextDouble() * 80, random.Next(2) == 0 ? 0 : null); break;
        }
    }
}
