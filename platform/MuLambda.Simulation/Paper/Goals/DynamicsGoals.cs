namespace MuLambda.Simulation.Paper;

/// <summary>What <see cref="PaperGrid.Challenger"/> is to reach when things change.</summary>
public static class DynamicsGoals
{
    /// <summary>Checks the goals.</summary>
    /// <param name="dynamics">What was run.</param>
    /// <returns>The goals.</returns>
    public static IReadOnlyList<Goal> Check(PaperDynamics dynamics)
    {
        ArgumentNullException.ThrowIfNull(dynamics);
        return
        [
            new Goal(
                "weights", "env: after a change of weights, the first request of each stream is worth as much as its next nine, minus 0.05",
                [.. dynamics.WeightChanges.Where(change => change.Policy == PaperGrid.Challenger).Select(change => new GoalCheck(
                    change.Cell, $"change {change.Change}", change.FirstUtility - change.LaterUtility, -WeightChange.Allowed, AtLeast: true))]),
            new Goal(
                "slowed", "an executor that is ten times slower loses its traffic within 20 of its requests",
                [.. Slowdowns().Select(slowdown => new GoalCheck(
                    slowdown.Cell, slowdown.Executor, slowdown.RequestsUntilLost ?? double.PositiveInfinity, Slowdown.RequestsAllowed, AtLeast: false))]),
            new Goal(
                "recovered", "it has it back within 5 s of its recovery",
                [.. Slowdowns().Select(slowdown => new GoalCheck(
                    slowdown.Cell, slowdown.Executor, slowdown.BackAfterMs ?? double.PositiveInfinity, Slowdown.BackWithinMs, AtLeast: false))]),
            new Goal(
                "killed", "an executor that ends fails no request",
                [.. dynamics.Kills.Where(kill => kill.Policy == PaperGrid.Challenger).Select(kill => new GoalCheck(
                    kill.Cell, kill.Executor, kill.Failed, 0, AtLeast: false))]),
            new Goal(
                "selectors", "three selectors lose at most 5 % of the utility that one has",
                [.. dynamics.Shared.Where(shared => shared.Policy == PaperGrid.Challenger).Select(shared => new GoalCheck(
                    shared.Cell, "lost", shared.Loss, SharedExecutors.Allowed, AtLeast: false))]),
        ];

        IEnumerable<Slowdown> Slowdowns() => dynamics.Slowdowns.Where(slowdown => slowdown.Policy == PaperGrid.Challenger);
    }
}
