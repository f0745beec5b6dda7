using MuLambda.Catalog;

namespace MuLambda.Selection.Tests;

public sealed class SelectionIndexTests
{
    [Fact]
    public void What_was_learned_survives_the_next_snapshot()
    {
        var world = World.DigitZoo();
        for (var i = 0; i < 20; i++)
        {
            world.Call("accurate", _ => 7);
        }

        var held = world.Select("accurate");
        world.Executor("another", "linear").Client("more", 0, 1);

        var prospect = world.Selector.Survey(world.Demand("more"), 1).Single(p => p.Candidate.Executor.Id == "cnn");
        prospect.State.Estimate.ServiceMs.ShouldBe(7, 0.5);
        prospect.State.InFlight.ShouldBe(1);
        held.Complete(7);
        world.Snapshot.Executors["cnn"].InFlight.ShouldBe(0);
    }

    [Fact]
    public void A_new_executor_of_a_known_model_starts_from_what_its_peers_take()
    {
        var world = World.DigitZoo();
        for (var i = 0; i < 50; i++)
        {
            world.Call("accurate", _ => 7);
        }

        world.Executor("cnn-2", "cnn");

        world.Selector.Survey(world.Demand("accurate"), 1).Single(p => p.Candidate.Executor.Id == "cnn-2")
            .State.Estimate.ServiceMs.ShouldBe(7, 0.5);
    }

    [Fact]
    public void An_executor_that_leaves_is_no_candidate_any_more_and_forgotten()
    {
        var world = World.DigitZoo();
        world.Select("accurate").Decision.Candidate.Executor.Id.ShouldBe("cnn");

        world.WithoutExecutor("cnn");

        world.Select("accurate").Decision.Candidate.Executor.Id.ShouldBe("mlp-wide");
        world.Snapshot.Executors.Keys.ShouldNotContain("cnn");
    }

    [Fact]
    public async Task Concurrent_selections_count_every_request_once()
    {
        var world = World.DigitZoo();
        var demands = new[] { world.Demand("fast"), world.Demand("balanced"), world.Demand("accurate") };

        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(() =>
        {
            for (var i = 0; i < 2000; i++)
            {
                var assignment = world.Selector.Select(demands[(worker + i) % 3], 1 + (i % 3))!.Value;
                assignment.Complete(1 + (i % 5), 0);
            }
        })));

        world.Snapshot.Executors.Values.ShouldAllBe(e => e.InFlight == 0 && e.ItemsInFlight == 0);
    }
}
