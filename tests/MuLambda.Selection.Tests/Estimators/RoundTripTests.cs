using MuLambda.Catalog;

namespace MuLambda.Selection.Tests;

public sealed class RoundTripTests
{
    [Fact]
    public void The_probers_median_is_the_round_trip()
    {
        var world = new World().Model("m", 0.9).Executor("e", "m", node: "edge").Client("c", 1, 0).Latency("edge", "c", 12.5);

        var estimate = world.Select("c").Decision.Estimate;

        estimate.RttMs.ShouldBe(12.5);
        estimate.RttSource.ShouldBe(RoundTripSource.Measured);
        estimate.LatencyMs.ShouldBe(estimate.RttMs + estimate.WaitMs + estimate.ServiceMs);
    }

    [Fact]
    public void Without_a_measurement_it_is_inferred_from_what_the_executor_reports()
    {
        var world = new World().Model("m", 0.9).Executor("e", "m", load: new ExecutorLoad(0, 0, ServiceMs: 4)).Client("c", 1, 0);
        world.Select("c").Decision.Estimate.RttSource.ShouldBe(RoundTripSource.Unknown);
        world = new World().Model("m", 0.9).Executor("e", "m", load: new ExecutorLoad(0, 0, ServiceMs: 4)).Client("c", 1, 0);

        for (var i = 0; i < 30; i++)
        {
            world.Select("c").Complete(10 + (i % 3));
        }

        var estimate = world.Select("c").Decision.Estimate;
        estimate.RttSource.ShouldBe(RoundTripSource.Observed);
        estimate.RttMs.ShouldBe(6, 1);
        estimate.ServiceMs.ShouldBe(4.5, 1.5);
    }

    [Fact]
    public void Nodes_are_as_far_apart_as_clients_on_them_measured()
    {
        var world = new World().Model("m", 0.9).Executor("e", "m", node: "edge")
            .Client("near", 1, 0, node: "centre").Client("slow", 1, 0, node: "centre").Client("elsewhere", 1, 0)
            .Latency("edge", "near", 5).Latency("edge", "slow", 9).Latency("edge", "elsewhere", 1);

        world.Snapshot.RoundTripMs("edge", "centre").ShouldBe(5);
        world.Snapshot.RoundTripMs("edge", "edge").ShouldBe(0);
        world.Snapshot.RoundTripMs("edge", "moon").ShouldBeNull();
    }
}
