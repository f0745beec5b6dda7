namespace MuLambda.Simulation.Tests;

public sealed class EventQueueTests
{
    [Fact]
    public void Events_come_in_order_of_time_and_at_one_time_in_order_of_planning()
    {
        var queue = new EventQueue();
        var random = new Random(4);
        var planned = new List<(double AtMs, int Number)>();
        for (var i = 0; i < 5000; i++)
        {
            var at = random.Next(100);
            queue.Plan(at, EventKind.Send, i);
            planned.Add((at, i));
        }

        var taken = new List<(double, int)>();
        while (queue.TryTake(out var next))
        {
            taken.Add((next.AtMs, next.A));
        }

        taken.ShouldBe(planned.Order());
    }

    [Fact]
    public void Events_planned_meanwhile_come_in_their_turn_and_never_in_the_past()
    {
        var queue = new EventQueue();
        queue.Plan(10, EventKind.Send, 1);
        queue.Plan(20, EventKind.Send, 3);
        queue.TryTake(out _).ShouldBeTrue();
        queue.Plan(15, EventKind.Answer, 2);
        queue.Plan(5, EventKind.Done, 4, 7);

        queue.TryTake(out var next).ShouldBeTrue();
        (next.AtMs, next.Kind, next.A, next.B).ShouldBe((10, EventKind.Done, 4, 7));
        queue.TryTake(out next).ShouldBeTrue();
        (next.AtMs, next.Kind, next.A).ShouldBe((15, EventKind.Answer, 2));
        queue.NowMs.ShouldBe(15);
        queue.TryTake(out next).ShouldBeTrue();
        next.A.ShouldBe(3);
        queue.TryTake(out _).ShouldBeFalse();
    }
}
