using System.Runtime.Intrinsics;
using MuLambda.Catalog;

namespace MuLambda.Selection.Tests;

public sealed class MuLambdaPolicyTests
{
    private static readonly Dictionary<string, double> TrueMs =
        new() { ["linear"] = 1.2, ["mlp-small"] = 1.4, ["cnn"] = 3, ["mlp-wide"] = 2.5 };

    [Theory]
    [InlineData(8, 1)]
    [InlineData(25, 0.89)]
    [InlineData(45, 0.78)]
    [InlineData(75, 0.67)]
    [InlineData(120, 0.56)]
    [InlineData(200, 0.44)]
    [InlineData(315, 0.33)]
    [InlineData(510, 0.22)]
    [InlineData(820, 0.11)]
    [InlineData(2000, 0)]
    public void Latency_utility_is_the_published_score_and_a_small_part_that_falls_everywhere(double latencyMs, double published)
    {
        LatencyUtility.Of(latencyMs).ShouldBe((0.9 * published) + 0.1 - (0.1 * Math.Log(1 + (latencyMs / 195)) / Math.Log(1 + (100_000 / 195.0))), 1e-6);
        LatencyUtility.Of(latencyMs + 1).ShouldBeLessThan(LatencyUtility.Of(latencyMs));
    }

    [Fact]
    public void The_vectors_say_the_same_of_a_latency_as_the_formula()
    {
        for (var latencyMs = 0.01f; latencyMs < 2e5f; latencyMs *= 1.03f)
        {
            var vector = Vector512.Create(latencyMs);
            var worth = LatencyUtility.Score(vector, Vector512<float>.Zero) + LatencyUtility.Tail(vector);

            worth[0].ShouldBe((float)LatencyUtility.Of(latencyMs), 1e-4f, $"{latencyMs} ms");
        }
    }

    [Fact]
    public void At_an_edge_of_the_published_score_an_uncertain_latency_is_worth_the_mean_of_both_sides() =>
        (LatencyUtility.Of(150, scatterMs: 5) - LatencyUtility.Of(145, scatterMs: 5)).ShouldBeInRange(-0.06, -0.02);

    [Fact]
    public void Before_anything_was_measured_the_smallest_model_is_the_fast_one()
    {
        var world = World.DigitZoo();

        world.Select("fast").Decision.Candidate.Model.Name.ShouldBe("linear");
    }

    [Fact]
    public void Latency_alone_is_never_answered_by_the_convolutional_network_in_a_quiet_system()
    {
        var world = World.DigitZoo();
        var random = new Random(3);

        for (var i = 0; i < 500; i++)
        {
            // The first calls of a process are slow, whoever is called.
            world.Call("fast", id => (i < 3 ? 60 : TrueMs[id]) + random.NextDouble()).ShouldNotBe("cnn", $"call {i}");
        }
    }

    [Fact]
    public void Latency_alone_is_answered_by_a_cheaper_model_also_when_only_the_network_was_measured()
    {
        var world = World.DigitZoo();
        for (var i = 0; i < 100; i++)
        {
            world.Call("accurate", id => TrueMs[id]).ShouldBe("cnn");
        }

        for (var i = 0; i < 100; i++)
        {
            world.Call("fast", id => i == 0 ? 80 : TrueMs[id]).ShouldNotBe("cnn", $"call {i}");
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(17)]
    public void A_busy_machine_does_not_make_the_large_model_look_faster(int seed)
    {
        // The network was measured while the machine was quiet, all others while it is busy.
        var world = World.DigitZoo();
        var random = new Random(seed);
        for (var i = 0; i < 100; i++)
        {
            world.Call("accurate", _ => 4.6 + (0.5 * random.NextDouble()));
        }

        for (var i = 0; i < 300; i++)
        {
            world.Call("fast", id => 4 + TrueMs[id] - (2.5 * Math.Log(1 - random.NextDouble()))).ShouldNotBe("cnn", $"call {i}");
        }
    }

    [Fact]
    public void Without_scatter_even_small_differences_count()
    {
        var world = new World().Model("small", 0.9, 1_000).Executor("small", "small")
            .Model("large", 0.9, 2_000).Executor("large", "large").Client("fast", 1, 0);
        for (var i = 0; i < 200; i++)
        {
            world.Select("fast", items: 1, without: "small").Complete(3.2, 0);
            world.Select("fast", items: 1, without: "large").Complete(3.6, 0);
        }

        world.Select("fast").Decision.Candidate.Executor.Id.ShouldBe("large");
    }

    [Fact]
    public void Accuracy_alone_is_always_answered_by_the_most_accurate_model()
    {
        var world = World.DigitZoo();
        var held = new List<Assignment>();

        for (var i = 0; i < 3000; i++)
        {
            held.Add(world.Select("accurate"));
            held[^1].Decision.Candidate.Model.Name.ShouldBe("cnn");
        }
    }

    [Fact]
    public void A_candidate_judged_as_if_it_took_no_time_is_given_nothing_for_what_it_would_take_from_others()
    {
        var world = new World().Model("good", 0.99).Executor("good", "good").Model("poor", 0.5).Executor("poor", "poor")
            .Client("fast", 1, 0).Client("accurate", 0, 1);
        for (var i = 0; i < 50; i++)
        {
            world.Select("accurate", items: 1, without: "poor").Complete(20, 0);
            world.Select("fast", items: 1, without: "good").Complete(10, 0);
        }

        // Both are so old that one request in 64 takes them for nothing: there is no service time to be crowded above.
        for (var i = 0; i < 256; i++)
        {
            world.Time.Advance(TimeSpan.FromMinutes(5));
            world.Select("accurate").Decision.Candidate.Executor.Id.ShouldBe("good", $"call {i}");
        }
    }

    [Fact]
    public void Equal_weights_trade_latency_against_accuracy()
    {
        var world = new World().Model("good", 0.99).Executor("good", "good").Model("poor", 0.90).Executor("poor", "poor")
            .Client("balanced", 0.5, 0.5);
        for (var i = 0; i < 50; i++)
        {
            world.Select("balanced", items: 1, without: "poor").Complete(400, 0);
            world.Select("balanced", items: 1, without: "good").Complete(5, 0);
        }

        world.Select("balanced").Decision.Candidate.Executor.Id.ShouldBe("poor");

        for (var i = 0; i < 100; i++)
        {
            world.Select("balanced", items: 1, without: "poor").Complete(8, 0);
        }

        world.Select("balanced").Decision.Candidate.Executor.Id.ShouldBe("good");
    }

    [Fact]
    public void Ties_go_to_the_less_loaded()
    {
        var world = new World().Model("m", 0.9).Executor("a", "m").Executor("b", "m").Executor("c", "m").Client("accurate", 0, 1);

        var chosen = Enumerable.Range(0, 9).Select(_ => world.Select("accurate").Decision.Candidate.Executor.Id).ToList();

        foreach (var id in new[] { "a", "b", "c" })
        {
            chosen.Count(c => c == id).ShouldBe(3);
        }
    }

    [Fact]
    public void Requests_in_flight_count_from_their_assignment_to_their_end()
    {
        var world = new World().Model("m", 0.9).Executor("a", "m").Client("fast", 1, 0);
        for (var i = 0; i < 50; i++)
        {
            world.Call("fast", _ => 10);
        }

        var first = world.Select("fast");
        var second = world.Select("fast");
        var third = world.Select("fast");
        first.Decision.Estimate.WaitMs.ShouldBe(0);
        second.Decision.Estimate.WaitMs.ShouldBe(10, 0.5);
        third.Decision.Estimate.WaitMs.ShouldBe(20, 1);
        world.Snapshot.Executors["a"].InFlight.ShouldBe(3);

        first.Fail();
        second.Dispose();
        second.Complete(1);
        third.Refused();
        world.Snapshot.Executors["a"].InFlight.ShouldBe(0);
        world.Snapshot.Executors["a"].ItemsInFlight.ShouldBe(0);
    }

    [Fact]
    public void An_executor_never_measured_is_not_starved_by_its_prior()
    {
        // Ten times the bytes, yet the faster one: the prior says the contrary.
        var world = new World().Model("small", 0.9, 1_000_000).Executor("small", "small")
            .Model("large", 0.9, 10_000_000).Executor("large", "large").Client("fast", 1, 0);

        var chosen = Enumerable.Range(0, 3 * MuLambdaPolicy.PatienceTurns)
            .Select(_ => world.Call("fast", id => id == "small" ? 8 : 2)).ToList();

        chosen.Take(MuLambdaPolicy.PatienceTurns).ShouldAllBe(id => id == "small");
        chosen.TakeLast(MuLambdaPolicy.PatienceTurns).ShouldAllBe(id => id == "large");
    }

    [Fact]
    public void A_bad_stretch_does_not_exclude_an_executor_for_good()
    {
        var world = new World().Model("m", 0.9).Executor("a", "m").Executor("b", "m").Client("fast", 1, 0);
        for (var i = 0; i < 20; i++)
        {
            world.Select("fast", items: 1, without: "b").Complete(500, 0);
            world.Select("fast", items: 1, without: "a").Complete(20, 0);
        }

        world.Call("fast", _ => 20).ShouldBe("b");

        var calls = 0;
        while (world.Call("fast", _ => 20) != "a")
        {
            world.Time.Advance(TimeSpan.FromSeconds(1));
            (++calls).ShouldBeLessThan(600);
        }
    }
}
