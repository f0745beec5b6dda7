using MuLambda.Simulation.Paper;

namespace MuLambda.Cli.Experiments;

/// <summary>A policy over all cells, each of which counts alike.</summary>
/// <param name="Policy">The policy.</param>
/// <param name="Utility">The mean utility.</param>
/// <param name="ByUseCase">The mean utility of each use case, in the order of the plan.</param>
/// <param name="RoundTripMs">The mean of the cells' mean round trips, in milliseconds.</param>
/// <param name="Confidence">The mean confidence.</param>
internal sealed record PolicyAverage(
    string Policy, double Utility, IReadOnlyList<double> ByUseCase, double RoundTripMs, double Confidence)
{
    /// <summary>The averages of each policy of a plan.</summary>
    public static IReadOnlyList<PolicyAverage> Of(PaperPlan plan, IReadOnlyList<CellSummary> cells) =>
    [
        .. plan.Policies.Select(policy => new PolicyAverage(
            policy,
            cells.Average(cell => cell.Of(policy)!.Utility.Mean),
            [.. plan.Grid.UseCases.Select(useCase =>
                cells.Where(cell => cell.Cell.UseCase == useCase).Average(cell => cell.Of(policy)!.Utility.Mean))],
            cells.Average(cell => cell.Of(policy)!.MeanRoundTripMs.Mean),
            cells.Average(cell => cell.Of(policy)!.MeanConfidence))),
    ];
}
