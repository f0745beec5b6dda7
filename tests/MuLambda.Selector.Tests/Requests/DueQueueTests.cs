using System.Collections.Concurrent;

namespace MuLambda.Selector.Tests.Requests;

public sealed class DueQueueTests
{
    private readonly List<long> _taken = [];

    [Fact]
    public void What_is_added_is_taken_out_when_it_is_due_and_not_before()
    {
        var queue = new DueQueue(10);
        queue.Sweep(1000, _taken.Add);
        queue.TryAdd(1, 1010).ShouldBeTrue();
        queue.TryAdd(2, 1005).ShouldBeTrue();
        queue.TryAdd(3, 1000 + DueQueue.HorizonMs).ShouldBeTrue();

        queue.Sweep(1004, _taken.Add);
        _taken.ShouldBeEmpty();
        queue.Sweep(1009, _taken.Add);
        _taken.ShouldBe([2]);
        queue.Sweep(1010, _taken.Add);
        _taken.ShouldBe([2, 1]);
        queue.Count.ShouldBe(1);
        queue.Sweep(1000 + DueQueue.HorizonMs, _taken.Add);
        _taken.ShouldBe([2, 1, 3]);
        queue.Count.ShouldBe(0);
    }

    [Fact]
    public void What_is_due_already_or_too_far_ahead_or_one_too_many_is_refused()
    {
        var queue = new DueQueue(2);
        queue.Sweep(500, _taken.Add);

        queue.TryAdd(1, 500).ShouldBeFalse();
        queue.TryAdd(1, 501 + DueQueue.HorizonMs).ShouldBeFalse();
        queue.TryAdd(1, 501).ShouldBeTrue();
        queue.TryAdd(2, 501).ShouldBeTrue();
        queue.TryAdd(3, 501).ShouldBeFalse();

        queue.Sweep(501, _taken.Add);
        _taken.ShouldBe([1, 2]);
        queue.TryAdd(3, 502).ShouldBeTrue();
    }

    [Fact]
    public void After_a_long_silence_everything_is_due_and_new_things_fit()
    {
        var queue = new DueQueue(10);
        queue.Sweep(1, _taken.Add);
        queue.TryAdd(1, 2).ShouldBeTrue();
        queue.TryAdd(2, 9000).ShouldBeTrue();

        queue.Sweep(10_000_000_000, _taken.Add);

        _taken.ShouldBe([2, 1], ignoreOrder: true);
        queue.Sweep(20_000_000_000, _taken.Add);
        queue.TryAdd(3, 20_000_000_007).ShouldBeTrue();
        queue.Sweep(20_000_000_007, _taken.Add);
        _taken.ShouldContain(3);
    }

    [Fact]
    public async Task With_adding_and_taking_out_at_a_time_everything_comes_out_once()
    {
        const int Adders = 4;
        const int Each = 20_000;
        var queue = new DueQueue(Adders * Each);
        var taken = new ConcurrentBag<long>();
        var clock = 1L;
        var done = 0;
        queue.Sweep(clock, taken.Add);
        var sweepers = Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
        {
            while (Volatile.Read(ref done) < Adders)
            {
                queue.Sweep(Interlocked.Increment(ref clock), taken.Add);
            }
        })).ToList();
        var refused = 0L;
        await Task.WhenAll(Enumerable.Range(0, Adders).Select(adder => Task.Run(() =>
        {
            for (var i = 0; i < Each; i++)
            {
                if (!queue.TryAdd((adder * Each) + i, Volatile.Read(ref clock) + 1 + (i % 7)))
                {
                    Interlocked.Increment(ref refused);
                }
            }

            Interlocked.Increment(ref done);
        })));
        await Task.WhenAll(sweepers);

        queue.Sweep(clock + 10, taken.Add);

        queue.Count.ShouldBe(0);
        taken.Distinct().Count().ShouldBe(taken.Count);
        (taken.Count + refused).ShouldBe(Adders * Each);
    }
}
