using System.Globalization;

namespace MuLambda.Timing;

/// <summary>
/// What a client tells the selector of its earlier requests: how much longer they took than the selector saw. That is the network, the sockets and threads on both
/// sides, and the client's own time, which nobody else can measure; the selector holds deadlines with it to spare. No clocks are compared. Thread-safe.
/// </summary>
public sealed class OutsideReport
{
    /// <summary>The header of an answer: what the request took in the selector, from its arrival to its answer, in milliseconds.</summary>
    public const string TookHeader = "mulambda-took-ms";

    /// <summary>The header of a request: what an earlier one took beyond that, in milliseconds.</summary>
    public const string OutsideHeader = "mulambda-outside-ms";

    // Not told yet; not a number for nothing. Of several answers since the last request the latest is told: it is a sample.
    private double _untoldMs = double.NaN;

    /// <summary>Takes in an answer.</summary>
    /// <param name="elapsed">What the request took, as the client sees it.</param>
    /// <param name="took">What the answer has in <see cref="TookHeader"/>; null, or what is no number, says nothing.</param>
    public void Answered(TimeSpan elapsed, string? took)
    {
        if (double.TryParse(took, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var tookMs))
        {
            Interlocked.Exchange(ref _untoldMs, Math.Max(0, elapsed.TotalMilliseconds - tookMs));
        }
    }

    /// <summary>What the next request has to carry in <see cref="OutsideHeader"/>; null for nothing. Each answer is told once.</summary>
    public string? Take()
    {
        var untoldMs = Interlocked.Exchange(ref _untoldMs, double.NaN);
        return double.IsNaN(untoldMs) ? null : untoldMs.ToString("0.###", CultureInfo.InvariantCulture);
    }
}
