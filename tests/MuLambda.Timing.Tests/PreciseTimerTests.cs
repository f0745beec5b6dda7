using System.Diagnostics;

namespace MuLambda.Timing.Tests;

public sealed class PreciseTimerTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Never = TimeSpan.FromHours(1);

    private readonly PreciseTimer _timer = new();

    [Theory]
    [InlineData(0.3)]
    [InlineData(2.6)]
    [InlineData(41.7)]
    public async Task A_wait_is_never_shorter_than_asked(double milliseconds)
    {
        var started = Stopwatch.GetTimestamp();

        await _timer.DelayAsync(TimeSpan.FromMilliseconds(milliseconds), CancellationToken.None).WaitAsync(Patience);

        Stopwatch.GetElapsedTime(started).TotalMilliseconds.ShouldBeGreaterThanOrEqualTo(milliseconds);
    }

    [Fact]
    public async Task A_shorter_wait_that_comes_later_ends_before_a_longer_one()
    {
        var longer = _timer.DelayAsync(Never, CancellationToken.None);

        await _timer.DelayAsync(TimeSpan.FromMilliseconds(5), CancellationToken.None).WaitAsync(Patience);

        longer.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task Many_waits_at_once_all_end_and_none_too_early()
    {
        var origin = Stopwatch.GetTimestamp();
        var early = 0;

        await Task.WhenAll(Enumerable.Range(1, 200).Select(async wait =>
        {
            var due = origin + (Stopwatch.Frequency * (wait % 40) / 1000);
            await _timer.WaitUntilAsync(due, CancellationToken.None);
            Interlocked.Add(ref early, Stopwatch.GetTimestamp() < due ? 1 : 0);
        })).WaitAsync(Patience);

        early.ShouldBe(0);
    }

    [Fact]
    public async Task What_lies_in_the_past_is_not_waited_for()
    {
        var wait = _timer.DelayAsync(TimeSpan.FromSeconds(-1), CancellationToken.None);

        wait.IsCompletedSuccessfully.ShouldBeTrue();
        await wait;
    }

    [Fact]
    public async Task A_wait_ends_with_its_token()
    {
        using var cancellation = new CancellationTokenSource();
        var wait = _timer.DelayAsync(Never, cancellation.Token);

        await cancellation.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => wait.WaitAsync(Patience));
        await Should.ThrowAsync<OperationCanceledException>(() => _timer.DelayAsync(Never, cancellation.Token));
    }

    [Fact]
    public async Task Nothing_waits_beyond_the_timers_end()
    {
        var before = _timer.DelayAsync(Never, CancellationToken.None);
        _timer.Dispose();

        await Should.ThrowAsync<OperationCanceledException>(() => before.WaitAsync(Patience));
        await Should.ThrowAsync<OperationCanceledException>(() => _timer.DelayAsync(Never, CancellationToken.None).WaitAsync(Patience));
    }

    public void Dispose() => _timer.Dispose();
}
