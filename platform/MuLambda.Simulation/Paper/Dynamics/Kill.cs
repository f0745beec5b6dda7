namespace MuLambda.Simulation.Paper;

/// <summary>The process of a cell's busiest executor ends, and runs again 20 s later.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Policy">The policy.</param>
/// <param name="Executor">The executor's id.</param>
/// <param name="Requests">How many requests ended during the run.</param>
/// <param name="Failed">How many of them were not answered.</param>
/// <param name="Retried">How many were answered by another executor than the first one.</param>
/// <param name="Shares">The executor's share over time, in bins of <see cref="Trial.BinMs"/>.</param>
public sealed record Kill(
    PaperCell Cell, string Policy, string Executor, int Requests, int Failed, int Retried, IReadOnlyList<double> Shares)
{
    /// <summary>Runs it.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="cancellationToken">Breaks it off.</param>
    /// <returns>What came of it.</returns>
    public static Kill Run(PaperCell cell, string policy, long seed, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cell);
        var (executor, _) = Trial.Busiest(cell, policy, seed, cancellationToken);
        var requests = Trial.Run(cell, policy, seed, new ExecutorKilled(executor, Trial.FromMs, Trial.UntilMs), cancellationToken);
        return new Kill(
            cell,
            policy,
            cell.Schedule.Executors[executor].Id,
            requests.Count,
            requests.Count(request => request.Outcome != RequestOutcome.Answered),
            requests.Count(request => request is { Outcome: RequestOutcome.Answered, Retries: > 0 }),
            Trial.Shares(requests, executor));
    }
}
