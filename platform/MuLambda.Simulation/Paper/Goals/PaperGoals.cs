namespace MuLambda.Simulation.Paper;

/// <summary>What <see cref="PaperGrid.Challenger"/> is to reach against the published policies, checked in the cells that were run.</summary>
public static class PaperGoals
{
    /// <summary>How far below the best published policy the utility of a cell may be.</summary>
    public const double UtilityTolerance = 0.01;

    /// <summary>By how much the mean utility is to be above that of <c>weighted</c>, relative to it.</summary>
    public const double GainOverWeighted = 0.25;

    /// <summary>By how much it is to be above that of the best published policy.</summary>
    public const double GainOverBest = 0.15;

    /// <summary>The fewest streams from which on the latency goal counts.</summary>
    public const int ConcurrentStreams = 5;

    /// <summary>The share of the published accuracy that is to be kept at least.</summary>
    public const double AccuracyKept = 0.99;

    /// <summary>The share of the published round trip that is allowed at most.</summary>
    public const double RoundTripAllowed = 0.6;

    private const string Weighted = "weighted";

    /// <summary>Checks the goals.</summary>
    /// <param name="cells">The cells; those without the policies that a goal compares are left out of it.</param>
    /// <returns>The goals.</returns>
    public static IReadOnlyList<Goal> Check(IReadOnlyList<CellSummary> cells)
    {
        ArgumentNullException.ThrowIfNull(cells);
        var compared = cells
            .Select(cell => (cell.Cell, Own: cell.Of(PaperGrid.Challenger), Published: cell.Published.ToArray()))
            .Where(cell => cell.Own is not null && cell.Published.Length > 0)
            .Select(cell => (cell.Cell, Own: cell.Own!, cell.Published))
            .ToArray();
        return
        [
            new Goal(
                "utility", "utility at least that of the best published policy minus 0.01, in every cell",
                [.. compared.Select(cell => UtilityOf(cell.Cell, cell.Own, cell.Published))]),
            new Goal("average", "utility on average over the cells: 25 % above weighted, 15 % above the best single published policy",
                [.. Averages([.. compared.Select(cell => (cell.Own, cell.Published))])]),
            new Goal("scp", "scp: mean round trip below all published policies, in every cell with five or more streams",
                [.. compared
                    .Where(cell => cell.Cell.UseCase.Name == "scp" && cell.Cell.Streams >= ConcurrentStreams)
                    .Select(cell => RoundTripOf(cell.Cell, cell.Own, cell.Published))]),
            new Goal("mda-accuracy", "mda: accuracy within 1 % of weighted's, wherever two executors share the best model",
                [.. Mda().Select(cell => new GoalCheck(
                    cell.Cell, "relative to weighted", cell.Own.MeanConfidence / cell.Weighted.MeanConfidence, AccuracyKept, AtLeast: true))]),
            new Goal("mda-latency", "mda: at no more than 60 % of weighted's mean round trip there",
                [.. Mda().Select(cell => new GoalCheck(
                    cell.Cell, "relative to weighted", cell.Own.MeanRoundTripMs.Mean / cell.Weighted.MeanRoundTripMs.Mean, RoundTripAllowed, AtLeast: false,
                    Bound: AccurateRoundTrip.LeastMs(cell.Cell, AccuracyKept) / cell.Weighted.MeanRoundTripMs.Mean))]),
        ];

        IEnumerable<(PaperCell Cell, PolicySummary Own, PolicySummary Weighted)> Mda() => compared
            .Where(cell => cell.Cell.UseCase.Name == "mda" && cell.Cell.Schedule.ExecutorsOfBestModel >= 2)
            .Select(cell => (cell.Cell, cell.Own, Weighted: cell.Published.FirstOrDefault(summary => summary.Policy == Weighted)))
            .Where(cell => cell.Weighted is not null)
            .Select(cell => (cell.Cell, cell.Own, cell.Weighted!));
    }

    private static GoalCheck UtilityOf(PaperCell cell, PolicySummary own, PolicySummary[] published)
    {
        var best = published.MaxBy(summary => summary.Utility.Mean)!;
        return new GoalCheck(cell, $"above {best.Policy}", own.Utility.Mean - best.Utility.Mean, -UtilityTolerance, AtLeast: true);
    }

    private static GoalCheck RoundTripOf(PaperCell cell, PolicySummary own, PolicySummary[] published)
    {
        var best = published.MinBy(summary => summary.MeanRoundTripMs.Mean)!;
        return new GoalCheck(
            cell, $"relative to {best.Policy}", own.MeanRoundTripMs.Mean / best.MeanRoundTripMs.Mean, 1, AtLeast: false, Strict: true);
    }

    // Of the averages over the cells, each cell counting alike.
    private static IEnumerable<GoalCheck> Averages((PolicySummary Own, PolicySummary[] Published)[] cells)
    {
        if (cells.Length == 0)
        {
            yield break;
        }

        var own = cells.Average(cell => cell.Own.Utility.Mean);
        var others = cells.SelectMany(cell => cell.Published)
            .GroupBy(summary => summary.Policy)
            .Where(policy => policy.Count() == cells.Length)
            .Select(policy => (Policy: policy.Key, Utility: policy.Average(summary => summary.Utility.Mean)))
            .ToArray();
        foreach (var (policy, utility) in others.Where(other => other.Policy == Weighted))
        {
            yield return new GoalCheck(null, $"above {policy}", (own / utility) - 1, GainOverWeighted, AtLeast: true);
        }

        if (others.Length > 0)
        {
            var (policy, utility) = others.MaxBy(other => other.Utility);
            yield return new GoalCheck(null, $"above {policy}, the best", (own / utility) - 1, GainOverBest, AtLeast: true);
        }
    }
}
