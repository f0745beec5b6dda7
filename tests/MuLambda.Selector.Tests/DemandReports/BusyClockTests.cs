namespace MuLambda.Selector.Tests.DemandReports;

/// <summary>How long things last together.</summary>
public sealed class BusyClockTests
{
    [Fact]
    public void What_goes_on_counts_until_now_and_what_ended_as_long_as_it_lasted()
    {
        var clock = new BusyClock();
        clock.Begin(100);
        clock.Begin(150);
        clock.Read(200).ShouldBe((150, 2));

        clock.End(300);

        clock.Read(300).ShouldBe((350, 1));
        clock.End(400);
        clock.Read(10_000).ShouldBe((450, 0));
    }

    [Fact]
    public async Task Many_at_a_time_lose_nothing_and_a_reader_between_them_sees_no_more_than_there_was()
    {
        const int Threads = 4;
        const int Each = 20_000;
        var clock = new BusyClock();
        var now = 1_000_000_000L;
        var most = 0L;
        using var done = new CancellationTokenSource();
        var reader = Task.Run(() =>
        {
            while (!done.IsCancellationRequested)
            {
                most = Math.Max(most, clock.Read(Interlocked.Read(ref now)).Ticks);
            }
        });

        await Task.WhenAll(Enumerable.Range(0, Threads).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < Each; i++)
            {
                clock.Begin(Interlocked.Read(ref now));
                Interlocked.Increment(ref now);
                clock.End(Interlocked.Read(ref now));
            }
        })));
        await done.CancelAsync();
        await reader;

        var (ticks, active) = clock.Read(Interlocked.Read(ref now));
        active.ShouldBe(0);
        ticks.ShouldBeInRange((long)Threads * Each, (long)Threads * Threads * Each);
        most.ShouldBeLessThanOrEqualTo((long)Threads * Threads * Each * 2, "the clock itself shows a billion");
    }
}
