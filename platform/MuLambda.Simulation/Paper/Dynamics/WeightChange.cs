namespace MuLambda.Simulation.Paper;

/// <summary>
/// The weights of a cell's requests change: what the first request of each stream after it is worth, compared with those that follow. Worth is
/// realised utility with the expected confidence of the model that was chosen, so that the luck of a few requests does not count.
/// </summary>
/// <param name="Cell">The cell.</param>
/// <param name="Policy">The policy.</param>
/// <param name="Change">Which change, from 1.</param>
/// <param name="FirstUtility">The mean utility, by the new weights, of each stream's first request with them.</param>
/// <param name="LaterUtility">That of the next nine of each stream, which find the cluster as loaded as the first did.</param>
/// <param name="StaleUtility">That of the last request of each stream before the change: what the old preference is worth by the new weights.</param>
public sealed record WeightChange(
    PaperCell Cell, string Policy, int Change, double FirstUtility, double LaterUtility, double StaleUtility)
{
    /// <summary>By how much the first requests may be worth less than the later ones.</summary>
    public const double Allowed = 0.05;

    private const int Next = 9;

    /// <summary>Runs it.</summary>
    /// <param name="cell">A cell whose weights change.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="seeds">The seeds; the means are over all of them.</param>
    /// <param name="requests">The requests of each stream.</param>
    /// <param name="cancellationToken">Breaks it off.</param>
    /// <returns>What came of it, one a change.</returns>
    public static IReadOnlyList<WeightChange> Run(
        PaperCell cell, string policy, IReadOnlyList<long> seeds, int requests, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cell);
        ArgumentNullException.ThrowIfNull(seeds);
        var list = new RequestList();
        foreach (var seed in seeds)
        {
            new PaperRun(cell, policy, seed, requests).Simulate(list, cancellationToken);
        }

        var first = Enumerable.Range(0, requests)
            .Where(sequence => sequence > 0 && cell.UseCase.PhaseOf(sequence, requests) != cell.UseCase.PhaseOf(sequence - 1, requests))
            .ToArray();
        return [.. first.Select((sequence, i) => new WeightChange(
            cell,
            policy,
            i + 1,
            Mean(i + 1, request => request.Sequence == sequence),
            Mean(i + 1, request => request.Phase == i + 1 && request.Sequence > sequence && request.Sequence <= sequence + Next),
            Mean(i + 1, request => request.Sequence == sequence - 1)))];

        double Mean(int phase, Func<RequestRecord, bool> those) => list.Records.Where(those).Average(request => RealisedUtility.Of(
            cell.UseCase.Phases[phase],
            request.RoundTripMs,
            cell.Schedule.Executors[request.Executor].Model.ExpectedConfidence,
            cell.Schedule.BestExpectedConfidence));
    }
}
