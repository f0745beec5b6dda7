using MuLambda.Catalog;

namespace MuLambda.Selection.Tests;

/// <summary>Several selectors share the executors.</summary>
public sealed class SharedExecutorsTests
{
    private static readonly string[] Selectors = ["a", "b", "c"];

    [Fact]
    public void Every_executor_has_one_owner_and_each_selector_about_its_share()
    {
        var executors = Enumerable.Range(0, 600).Select(i => $"executor-{i}").ToArray();
        var owners = Selectors.Select(self => OwnedBy(self, Selectors, executors)).ToArray();

        owners.SelectMany(owned => owned).Order().ShouldBe(executors.Order());
        owners.ShouldAllBe(owned => owned.Count > 150 && owned.Count < 250);
    }

    [Fact]
    public void When_a_selector_goes_only_its_own_executors_change_hands()
    {
        var executors = Enumerable.Range(0, 600).Select(i => $"executor-{i}").ToArray();

        foreach (var self in new[] { "a", "b" })
        {
            OwnedBy(self, ["a", "b"], executors).ShouldBeSubsetOf(
                [.. OwnedBy(self, Selectors, executors), .. OwnedBy("c", Selectors, executors)]);
            OwnedBy(self, Selectors, executors).ShouldBeSubsetOf([.. OwnedBy(self, ["a", "b"], executors)]);
        }
    }

    [Fact]
    public void A_selector_alone_owns_everything()
    {
        OwnedBy("a", ["a"], ["one", "two"]).Count.ShouldBe(2);
        OwnedBy("a", [], ["one", "two"]).Count.ShouldBe(2);
    }

    [Fact]
    public void An_executor_that_another_selector_owns_is_left_to_it_while_it_is_busy()
    {
        var (own, foreign) = OneOfEach("a");
        var world = TwoExecutors("a", own, foreign, inFlight: 1);

        for (var i = 0; i < 20; i++)
        {
            world.Call("fast", _ => 20).ShouldBe(own, $"call {i}");
        }
    }

    [Fact]
    public void An_executor_that_its_owner_does_not_use_is_anyones()
    {
        var (own, foreign) = OneOfEach("a");
        var world = TwoExecutors("a", own, foreign, inFlight: 0);

        var first = world.Select("fast").Decision.Candidate.Executor.Id;
        world.Select("fast").Decision.Candidate.Executor.Id.ShouldNotBe(first);
    }

    [Fact]
    public void An_executor_that_its_owner_has_left_is_anyones_with_the_one_report_that_says_so()
    {
        var (own, foreign) = OneOfEach("a");
        var world = TwoExecutors("a", own, foreign, inFlight: 0).Executor(foreign, "model", load: new ExecutorLoad(5, 0));
        world.Snapshot.ShouldNotBeNull();
        world.Executor(foreign, "model", load: new ExecutorLoad(0, 0)).Snapshot.ShouldNotBeNull();

        world.Selector.Survey(world.Demand("fast"), 1).Single(p => p.Candidate.Executor.Id == foreign)
            .State.Estimate.WaitMs.ShouldBe(0, 0.01);
    }

    [Fact]
    public void An_executor_that_happened_to_be_empty_between_two_answers_is_still_its_owners()
    {
        var (own, foreign) = OneOfEach("a");
        var world = TwoExecutors("a", own, foreign, inFlight: 1);
        world.Executor(foreign, "model", load: new ExecutorLoad(0, 0, ServiceMs: 20)).Snapshot.ShouldNotBeNull();

        for (var i = 0; i < 20; i++)
        {
            world.Call("fast", _ => 20).ShouldBe(own, $"call {i}");
        }
    }

    [Fact]
    public void Own_requests_that_a_late_report_still_counts_are_not_taken_for_others()
    {
        var (own, foreign) = OneOfEach("a");
        var world = TwoExecutors("a", own, foreign, inFlight: 0);

        // Every report tells what was there a moment ago: the one request when it has ended, none when there is one.
        for (var i = 0; i < 40; i++)
        {
            var assignment = world.Select("fast", items: 1, own);
            world.Executor(foreign, "model", load: new ExecutorLoad(0, 0)).Snapshot.ShouldNotBeNull();
            assignment.Complete(20, 0, requestsAhead: 0);
            world.Executor(foreign, "model", load: new ExecutorLoad(1, 0)).Snapshot.ShouldNotBeNull();
        }

        world.Selector.Survey(world.Demand("fast"), 1).Single(p => p.Candidate.Executor.Id == foreign)
            .State.Estimate.WaitMs.ShouldBe(0, 0.01);
    }

    [Fact]
    public void What_answers_say_was_ahead_is_learned_as_wait_and_not_as_service()
    {
        var (own, foreign) = OneOfEach("a");
        var world = TwoExecutors("a", own, foreign, inFlight: 3);

        // Three requests of other selectors are always there, each of which adds 100 ms.
        for (var i = 0; i < 50; i++)
        {
            world.Select("fast", items: 1, own).Complete(20, 0, requestsAhead: 0);
            world.Select("fast", items: 1, own).Complete(320, 0, requestsAhead: 3);
            world.Time.Advance(TimeSpan.FromMilliseconds(320));
        }

        var service = world.Snapshot.Executors[foreign];
        service.ShouldNotBeNull();
        var prospect = world.Selector.Survey(world.Demand("fast"), 1).Single(p => p.Candidate.Executor.Id == foreign);
        prospect.State.Estimate.ServiceMs.ShouldBe(20, 4);
        prospect.State.Estimate.WaitMs.ShouldBeInRange(100, 320);
    }

    private static World TwoExecutors(string self, string own, string foreign, int inFlight)
    {
        var world = new World(self: self).Selectors(Selectors).Model("model", 0.9).Client("fast", 1, 0)
            .Executor(own, "model").Executor(foreign, "model", load: new ExecutorLoad(inFlight, 0));
        for (var i = 0; i < 20; i++)
        {
            world.Select("fast", items: 1, foreign).Complete(20, 0);
            world.Select("fast", items: 1, own).Complete(20, 0);
            world.Executor(foreign, "model", load: new ExecutorLoad(inFlight, 0));
        }

        return world;
    }

    private static (string Own, string Foreign) OneOfEach(string self)
    {
        var executors = Enumerable.Range(0, 30).Select(i => $"executor-{i}").ToArray();
        var owned = OwnedBy(self, Selectors, executors);
        return (owned[0], executors.First(executor => !owned.Contains(executor)));
    }

    private static List<string> OwnedBy(string self, string[] selectors, string[] executors)
    {
        var ownership = new Ownership(self, selectors.ToDictionary(id => id, id => new SelectorReplica(id)));
        return [.. executors.Where(ownership.IsOwn)];
    }
}
