using MuLambda.Catalog;

namespace MuLambda.Selection.Tests;

/// <summary>Nodes on a line, 100 ms from one to the next; what some of them measured to a client tells how far the others are from it.</summary>
public sealed class PredictedRoundTripTests
{
    [Fact]
    public void A_node_that_did_not_measure_the_client_is_predicted()
    {
        var world = Line().Latency("west", "c", 10).Latency("middle", "c", 90);

        var east = Survey(world)["east"].State.Estimate;

        east.RttSource.ShouldBe(RoundTripSource.Predicted);
        east.RttMs.ShouldBe(190, 5);
        Survey(world)["west"].State.Estimate.RttMs.ShouldBe(10);
        Survey(world)["west"].State.Estimate.RttSource.ShouldBe(RoundTripSource.Measured);
        Chosen(world).ShouldBe("west");
    }

    [Fact]
    public void What_was_measured_wins_over_what_coordinates_say()
    {
        var world = Line().Latency("west", "c", 10).Latency("middle", "c", 90).Latency("east", "c", 3);

        var east = Survey(world)["east"].State.Estimate;

        (east.RttMs, east.RttSource).ShouldBe((3, RoundTripSource.Measured));
        Chosen(world).ShouldBe("east");
    }

    [Fact]
    public void What_is_predicted_wins_over_what_calls_showed()
    {
        var world = Line(load: new ExecutorLoad(0, 0, ServiceMs: 4)).Latency("west", "c", 10).Latency("middle", "c", 90);
        for (var i = 0; i < 20; i++)
        {
            world.Select("c", 1, "west", "middle").Complete(6);
        }

        world.Snapshot.Executors["east"].RoundTrip.CurrentMs.ShouldBe(2, 0.5);
        Survey(world)["east"].State.Estimate.RttSource.ShouldBe(RoundTripSource.Predicted);
        world.Client("unmeasured", 1, 0);
        Survey(world, "unmeasured")["east"].State.Estimate.RttSource.ShouldBe(RoundTripSource.Observed);
    }

    [Fact]
    public void A_single_measurement_predicts_nothing()
    {
        var world = Line().Latency("west", "c", 10);

        Survey(world)["east"].State.Estimate.ShouldSatisfyAllConditions(
            e => e.RttSource.ShouldBe(RoundTripSource.Unknown), e => e.RttMs.ShouldBe(0));
    }

    [Fact]
    public void A_node_without_a_coordinate_stays_unknown()
    {
        var world = Line().Executor("lost", "m", node: "lost").Latency("west", "c", 10).Latency("middle", "c", 90);

        Survey(world)["lost"].State.Estimate.RttSource.ShouldBe(RoundTripSource.Unknown);
        Survey(world)["east"].State.Estimate.RttSource.ShouldBe(RoundTripSource.Predicted);
    }

    [Theory]
    [InlineData("plain-net-latency")]
    [InlineData("weighted")]
    public void The_published_policies_know_nothing_of_predictions(string policy)
    {
        var (with, without) = (Line(policy), Line(policy, coordinates: false));
        foreach (var world in (World[])[with, without])
        {
            world.Latency("west", "c", 300).Latency("middle", "c", 200);
        }

        for (var i = 0; i < 20; i++)
        {
            Survey(with).Values.Select(p => (p.Candidate.Executor.Id, p.Utility, p.Selected)).ShouldBe(
                Survey(without).Values.Select(p => (p.Candidate.Executor.Id, p.Utility, p.Selected)));
            with.Call("c", _ => 20).ShouldBe(without.Call("c", _ => 20));
        }
    }

    [Fact]
    public void A_round_trip_that_was_only_predicted_is_not_taken_off_the_published_delay()
    {
        var world = Line().Latency("west", "c", 10).Latency("middle", "c", 90);

        world.Select("c", 1, "west", "middle").Complete(250);
        world.Select("c", 1, "east", "middle").Complete(250);

        Survey(world)["east"].State.LastDelayPerItemMs.ShouldBe(250);
        Survey(world)["west"].State.LastDelayPerItemMs.ShouldBe(240);
    }

    [Fact]
    public void A_node_that_moves_is_seen_although_nothing_else_changed()
    {
        var world = Line().Latency("west", "c", 10).Latency("middle", "c", 90);
        Survey(world)["east"].State.Estimate.RttMs.ShouldBe(190, 5);
        var (before, group) = (world.Demand("c"), world.Demand("c").Group);

        world.Node("east", 300);

        Survey(world)["east"].State.Estimate.RttMs.ShouldBe(290, 5);
        world.Demand("c").Group.ShouldBeSameAs(group);
        before.RowRoundTripsMs.Max().ShouldBe(190, 5, "what a request holds stays as it was");

        world.Node("west", -100);

        Math.Abs(Survey(world)["east"].State.Estimate.RttMs - 290).ShouldBeGreaterThan(5, "one that measured the client took it along");
    }

    [Fact]
    public void A_node_renewed_without_moving_changes_no_demand()
    {
        var world = Line().Latency("west", "c", 10).Latency("middle", "c", 90);
        var before = world.Demand("c");

        world.Node("east", 200).Node("elsewhere", 1);

        world.Demand("c").ShouldBeSameAs(before);
    }

    [Fact]
    public void Coordinates_may_come_after_the_measurements_and_nodes_later_still()
    {
        var world = Line(coordinates: false).Latency("west", "c", 10).Latency("middle", "c", 90);
        Survey(world)["east"].State.Estimate.RttSource.ShouldBe(RoundTripSource.Unknown);

        world.Node("west", 0).Node("middle", 100).Node("east", 200);
        Survey(world)["east"].State.Estimate.RttSource.ShouldBe(RoundTripSource.Predicted);

        world.Node("a-new-one", 50).Executor("a-new-one", "m", node: "a-new-one");
        Survey(world)["a-new-one"].State.Estimate.RttMs.ShouldBe(40, 5);
        Survey(world)["east"].State.Estimate.RttMs.ShouldBe(190, 5);
    }

    private static World Line(string policy = "mulambda", bool coordinates = true, ExecutorLoad? load = null)
    {
        var world = new World(policy).Model("m", 0.9).Client("c", 1, 0);
        foreach (var (node, x) in ((string, double)[])[("west", 0), ("middle", 100), ("east", 200)])
        {
            world.Executor(node, "m", node: node, load: load);
            if (coordinates)
            {
                world.Node(node, x);
            }
        }

        return world;
    }

    private static Dictionary<string, Prospect> Survey(World world, string client = "c") =>
        world.Selector.Survey(world.Demand(client), 1).ToDictionary(p => p.Candidate.Executor.Id);

    private static string Chosen(World world) => Survey(world).Values.Single(p => p.Selected).Candidate.Executor.Id;
}
