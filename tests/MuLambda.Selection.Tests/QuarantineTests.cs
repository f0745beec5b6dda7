using MuLambda.Catalog;

namespace MuLambda.Selection.Tests;

public sealed class QuarantineTests
{
    private static readonly QuarantineOptions Options = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5));

    [Fact]
    public void A_failure_leaves_the_executor_out_at_once_and_every_further_one_for_twice_as_long()
    {
        var world = Single();

        foreach (var seconds in new[] { 1, 2, 4, 5, 5 })
        {
            world.Select("c").Fail();
            world.Selector.Select(world.Demand("c"), 1).ShouldBeNull();
            world.Explain("c").Detail.ShouldContain($"a is left out for {seconds} s after a failure");

            world.Time.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(1));
            world.Selector.Select(world.Demand("c"), 1).ShouldBeNull();
            world.Time.Advance(TimeSpan.FromMilliseconds(1));
        }

        world.Select("c").Complete(1);
        world.Snapshot.Executors["a"].IsQuarantined.ShouldBeFalse();
    }

    [Fact]
    public void Half_open_one_request_at_a_time_tries_it()
    {
        var world = Single();
        world.Select("c").Fail();
        world.Time.Advance(TimeSpan.FromSeconds(1));

        var trial = world.Select("c");
        world.Selector.Select(world.Demand("c"), 1).ShouldBeNull();
        world.Explain("c").Detail.ShouldContain("a is on trial");

        trial.Dispose();
        world.Select("c").Complete(1);
        world.Select("c");
        world.Select("c");
    }

    [Fact]
    public void Failures_of_requests_that_were_under_way_count_once()
    {
        var world = Single();
        var underWay = Enumerable.Range(0, 20).Select(_ => world.Select("c")).ToList();

        underWay.ForEach(a => a.Fail());

        world.Time.Advance(TimeSpan.FromSeconds(1));
        world.Select("c").Decision.Candidate.Executor.Id.ShouldBe("a");
    }

    [Fact]
    public void A_refusal_of_the_request_is_no_failure_of_the_executor()
    {
        var world = Single();

        world.Select("c").Refused();

        world.Select("c").Decision.Candidate.Executor.Id.ShouldBe("a");
    }

    [Fact]
    public void A_new_registration_ends_it()
    {
        var world = Single();
        world.Select("c").Fail();

        // A heartbeat that changes the load is no new registration.
        world.Executor("a", "m", load: new ExecutorLoad(1, 0));
        world.Selector.Select(world.Demand("c"), 1).ShouldBeNull();

        world.Executor("a", "m", rest: "http://127.0.0.1:2");
        world.Select("c").Fail();

        world.Executor("a", "m", state: ExecutorState.Failed, rest: "http://127.0.0.1:2");
        world.Selector.Select(world.Demand("c"), 1).ShouldBeNull();
        world.Executor("a", "m", rest: "http://127.0.0.1:2");
        world.Select("c").Fail();

        world.WithoutExecutor("a");
        world.Selector.Select(world.Demand("c"), 1).ShouldBeNull();
        world.Executor("a", "m", rest: "http://127.0.0.1:2");
        world.Select("c").Decision.Candidate.Executor.Id.ShouldBe("a");
    }

    [Fact]
    public void Executors_that_failed_this_request_are_left_out_of_its_retry()
    {
        var world = Single().Executor("b", "m");

        world.Select("c", 1, "a").Decision.Candidate.Executor.Id.ShouldBe("b");
        world.Select("c", 1, "b").Decision.Candidate.Executor.Id.ShouldBe("a");
        world.Selector.Select(world.Demand("c"), 1, ["a", "b"]).ShouldBeNull();
    }

    private static World Single() =>
        new World(quarantine: Options).Model("m", 0.9).Executor("a", "m").Client("c", 1, 0);
}
