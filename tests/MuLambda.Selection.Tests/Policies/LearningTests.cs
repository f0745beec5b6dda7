using Xunit.Abstractions;

namespace MuLambda.Selection.Tests;

/// <summary>What learning may cost, and that bad luck at the beginning does not decide for good.</summary>
public sealed class LearningTests(ITestOutputHelper output)
{
    [Fact]
    public void While_one_executor_of_an_unknown_model_does_not_answer_the_others_are_not_tried_too()
    {
        var world = new World()
            .Model("fast", 0.9).Executor("fast", "fast")
            .Model("slow", 0.9, 2_000).Executor("slow-1", "slow").Executor("slow-2", "slow").Executor("slow-3", "slow")
            .Client("fast", 1, 0);
        for (var i = 0; i < 3; i++)
        {
            world.Select("fast", items: 1, "slow-1", "slow-2", "slow-3").Complete(20, 0);
        }

        var waiting = world.Select("fast", items: 1, "fast", "slow-2", "slow-3");
        world.Time.Advance(TimeSpan.FromSeconds(5));
        var chosen = new List<string>();
        for (var i = 0; i < 200; i++)
        {
            chosen.Add(world.Call("fast", _ => 20));
        }

        chosen.ShouldAllBe(executor => executor == "fast");
        waiting.Complete(10_000, 0);
    }

    [Fact]
    public void An_executor_whose_model_is_known_to_be_slow_is_tried_but_not_often()
    {
        const int requests = 40_000;
        var world = new World()
            .Model("fast", 0.9).Executor("fast", "fast")
            .Model("slow", 0.9, 2_000).Executor("slow-1", "slow").Executor("slow-2", "slow")
            .Client("fast", 1, 0);
        for (var i = 0; i < 3; i++)
        {
            world.Select("fast", items: 1, "slow-2", "fast").Complete(2000, 0);
            world.Select("fast", items: 1, "slow-1", "slow-2").Complete(20, 0);
        }

        var tried = 0;
        for (var i = 0; i < requests; i++)
        {
            tried += world.Call("fast", id => id == "fast" ? 20 : 2000) == "slow-2" ? 1 : 0;
        }

        // Each costs a hundred of the others' requests: half a percent of the time is one in 20,000.
        tried.ShouldBeInRange(1, 4);
    }

    [Fact]
    public void An_accurate_model_with_bad_luck_in_its_first_answers_is_tried_again()
    {
        const int seed = 5;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        double[] good = [0.36, 0.5, 0.65];
        var world = new World()
            .Model("good", 0.9).Executor("good", "good")
            .Model("fair", 0.8).Executor("fair", "fair")
            .Client("accurate", 0, 1);
        for (var i = 0; i < 5; i++)
        {
            world.Select("accurate", items: 1, "fair").Complete(20, 0, good[0]);
        }

        var share = new List<bool>();
        for (var i = 0; i < 5000; i++)
        {
            var assignment = world.Select("accurate");
            var isGood = assignment.Decision.Candidate.Executor.Id == "good";
            assignment.Complete(20, 0, isGood ? good[random.Next(3)] : 0.42 + (0.02 * random.NextDouble()));
            world.Time.Advance(TimeSpan.FromMilliseconds(20));
            share.Add(isGood);
        }

        share.TakeLast(1000).Count(isGood => isGood).ShouldBeGreaterThan(900);
    }

    [Fact]
    public void One_answer_that_took_far_longer_than_another_is_no_tie()
    {
        var world = new World()
            .Model("fast", 0.9, 2_000).Executor("fast", "fast")
            .Model("slow", 0.9, 1_000).Executor("slow", "slow")
            .Client("fast", 1, 0);
        world.Select("fast", items: 1, "fast").Complete(80_000, 0);
        world.Select("fast", items: 1, "slow").Complete(1_500, 0);

        world.Select("fast").Decision.Candidate.Executor.Id.ShouldBe("fast");
        world.Select("fast").Decision.Candidate.Executor.Id.ShouldBe("fast");
    }
}
