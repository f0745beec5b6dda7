namespace MuLambda.Selection.Tests;

/// <summary>What the queues in front of executors tell the selection.</summary>
public sealed class QueuedRequestTests
{
    [Fact]
    public void A_batch_teaches_the_service_time_of_its_size_once()
    {
        var world = new World().Model("model", 0.9).Client("fast", 1, 0).Executor("one", "model");
        for (var i = 0; i < 40; i++)
        {
            var small = world.Select("fast");
            small.CompleteBatched(12, new BatchAnswer(12, 1, IsFirst: true, null, 0), 0);
            Assignment[] large = [.. Enumerable.Range(0, 8).Select(_ => world.Select("fast"))];
            foreach (var (number, assignment) in large.Index())
            {
                // They waited 100 ms for the batch, which took 10 + 2 * 8.
                assignment.CompleteBatched(126, new BatchAnswer(26, 8, IsFirst: number == 0, null, 0), 0);
            }

            world.Time.Advance(TimeSpan.FromMilliseconds(150));
        }

        var prospect = world.Selector.Survey(world.Demand("fast"), 1).Single();
        prospect.State.Estimate.ServiceMs.ShouldBe(12, 1.5);
        prospect.State.Observations.ShouldBe(80);
        prospect.State.InFlight.ShouldBe(0);
        world.Selector.Survey(world.Demand("fast"), 16).Single().State.Estimate.ServiceMs.ShouldBe(42, 6);
    }

    [Fact]
    public void The_wait_is_what_the_queue_tells_and_follows_from_requests_in_flight_where_none_does()
    {
        var world = new World().Model("model", 0.9).Client("fast", 1, 0).Executor("one", "model");
        world.Select("fast").Complete(10, 0);
        world.Select("fast").Complete(10, 0);
        using var held = world.Select("fast");
        var track = held.Decision.Candidate.Track;
        Wait().ShouldBeGreaterThan(0);

        track.ReportQueueWait(3.5);
        Wait().ShouldBe(3.5);

        track.ReportQueueWait(double.NaN);
        Wait().ShouldNotBe(3.5);

        double Wait() => world.Selector.Survey(world.Demand("fast"), 1).Single().State.Estimate.WaitMs;
    }

    [Fact]
    public void Requests_go_where_the_queue_is_short_however_many_are_in_flight()
    {
        var world = new World().Model("model", 0.9).Client("fast", 1, 0).Executor("one", "model").Executor("two", "model");
        for (var i = 0; i < 10; i++)
        {
            world.Select("fast", items: 1, "two").Complete(20, 0);
            world.Select("fast", items: 1, "one").Complete(20, 0);
        }

        // A batch of five is in flight at one, and costs those that come next little; two is behind another one's work.
        var held = Enumerable.Range(0, 5).Select(_ => world.Select("fast", items: 1, "two")).ToList();
        using var other = world.Select("fast", items: 1, "one");
        held[0].Decision.Candidate.Track.ReportQueueWait(1);
        other.Decision.Candidate.Track.ReportQueueWait(200);

        world.Select("fast").Decision.Candidate.Executor.Id.ShouldBe("one");
        held.ForEach(assignment => assignment.Dispose());
    }
}
