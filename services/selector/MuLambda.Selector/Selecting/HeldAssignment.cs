using MuLambda.Selection;

namespace MuLambda.Selector;

/// <summary>
/// Keeps a request whose end nobody will report counted as in flight for as long as it is expected to take. Without that,
/// requests that come together would all be sent to the same executor.
/// </summary>
internal sealed class HeldAssignment
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    private readonly Assignment _assignment;
    private readonly ITimer _timer;

    private HeldAssignment(Assignment assignment, TimeProvider time)
    {
        _assignment = assignment;

        // The timer lives as long as its state, this object, is due.
        _timer = time.CreateTimer(
            static state => ((HeldAssignment)state!).Release(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public static void Hold(Assignment assignment, TimeProvider time)
    {
        var expected = TimeSpan.FromMilliseconds(
            Math.Clamp(assignment.Decision.Estimate.LatencyMs, 1, Longest.TotalMilliseconds));
        new HeldAssignment(assignment, time)._timer.Change(expected, Timeout.InfiniteTimeSpan);
    }

    private void Release()
    {
        _assignment.Dispose();
        _timer.Dispose();
    }
}
