namespace MuLambda.Simulation.Paper;

/// <summary>The busiest executor of a cell becomes ten times slower for 20 s: how fast it loses its traffic, and gets it back.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Policy">The policy.</param>
/// <param name="Executor">The executor's id.</param>
/// <param name="UsualShare">Its share of the requests before.</param>
/// <param name="RequestsUntilLost">
/// How many requests it still got until its share of all that followed, as long as it was slow, was a quarter of the usual one or less; null
/// where that did not happen in the first half of the time. (Now and then it may still be the best one there is.)
/// </param>
/// <param name="BackAfterMs">
/// After how many milliseconds of recovery the 3 s that followed had three quarters of its usual share again; null for never.
/// </param>
/// <param name="Shares">Its share over time, in bins of <see cref="Trial.BinMs"/>.</param>
public sealed record Slowdown(
    PaperCell Cell, string Policy, string Executor, double UsualShare, int? RequestsUntilLost, double? BackAfterMs, IReadOnlyList<double> Shares)
{
    /// <summary>How many times slower the executor becomes.</summary>
    public const double Factor = 10;

    /// <summary>How many requests it may get until its traffic is lost.</summary>
    public const int RequestsAllowed = 20;

    /// <summary>When it is to have its traffic back, in milliseconds from its recovery on.</summary>
    public const double BackWithinMs = 5000;

    private const double LostShare = 0.25;
    private const double BackShare = 0.75;
    private const double WindowMs = 3000;
    private const double StepMs = 100;

    /// <summary>Runs it.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="cancellationToken">Breaks it off.</param>
    /// <returns>What came of it.</returns>
    public static Slowdown Run(PaperCell cell, string policy, long seed, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cell);
        var (executor, share) = Trial.Busiest(cell, policy, seed, cancellationToken);
        var requests = Trial.Run(
            cell, policy, seed, new ExecutorSlowed(executor, Factor, Trial.FromMs, Trial.UntilMs), cancellationToken);
        return new Slowdown(
            cell,
            policy,
            cell.Schedule.Executors[executor].Id,
            share,
            CountUntilLost(
                [.. Between(requests, Trial.FromMs, Trial.UntilMs).Select(request => request.Executor == executor)],
                Between(requests, Trial.FromMs, (Trial.FromMs + Trial.UntilMs) / 2).Count(),
                share),
            FindBack(requests, executor, share),
            Trial.Shares(requests, executor));
    }

    /// <summary>How many of an executor's requests come before its share of what follows is lost.</summary>
    /// <param name="toExecutor">For each request in order, whether the executor got it.</param>
    /// <param name="within">Among how many of them it has to be lost.</param>
    /// <param name="usualShare">Its share before.</param>
    /// <returns>The number; null where it is not lost in time.</returns>
    internal static int? CountUntilLost(IReadOnlyList<bool> toExecutor, int within, double usualShare)
    {
        var left = toExecutor.Count(its => its);
        var got = 0;
        for (var i = 0; i < within; i++)
        {
            if (left <= LostShare * usualShare * (toExecutor.Count - i))
            {
                return got;
            }

            left -= toExecutor[i] ? 1 : 0;
            got += toExecutor[i] ? 1 : 0;
        }

        return null;
    }

    private static double? FindBack(IReadOnlyList<RequestRecord> requests, int executor, double share)
    {
        for (var afterMs = 0.0; Trial.UntilMs + afterMs + WindowMs <= Trial.EndMs; afterMs += StepMs)
        {
            var window = Between(requests, Trial.UntilMs + afterMs, Trial.UntilMs + afterMs + WindowMs).ToArray();
            if (window.Length > 0 && window.Count(request => request.Executor == executor) >= BackShare * share * window.Length)
            {
                return afterMs;
            }
        }

        return null;
    }

    private static IEnumerable<RequestRecord> Between(IReadOnlyList<RequestRecord> requests, double fromMs, double untilMs) =>
        requests.SkipWhile(request => request.StartMs < fromMs).TakeWhile(request => request.StartMs < untilMs);
}
