namespace MuLambda.Scaling;

/// <summary>
/// An alert on how fast the error budget is spent. It fires when the long and the short window both burn at its rate, and ends when the short window
/// does not any more (multi-window, multi-burn-rate alerts; The Site Reliability Workbook, chapter 5).
/// </summary>
/// <param name="LongWindow">The long window: what is burnt in it is significant.</param>
/// <param name="ShortWindow">The short window: it is still being burnt.</param>
/// <param name="BurnRate">The rate; 1 uses the whole budget up in just the objective's window.</param>
/// <param name="MinRequests">The requests that the long window must have seen, so that one bad one of two is no alarm.</param>
public sealed record BurnRateAlert(TimeSpan LongWindow, TimeSpan ShortWindow, double BurnRate, long MinRequests = BurnRateAlert.DefaultMinRequests)
{
    /// <summary>The requests that an alert asks for where nothing else is said.</summary>
    public const long DefaultMinRequests = 20;

    /// <summary>The usual ones: 2 % of a month's budget in an hour, 5 % in six hours, 10 % in three days.</summary>
    public static IReadOnlyList<BurnRateAlert> Defaults { get; } =
    [
        new(TimeSpan.FromHours(1), TimeSpan.FromMinutes(5), 14.4),
        new(TimeSpan.FromHours(6), TimeSpan.FromMinutes(30), 6),
        new(TimeSpan.FromDays(3), TimeSpan.FromHours(6), 1),
    ];
}
