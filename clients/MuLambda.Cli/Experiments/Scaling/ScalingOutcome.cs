using MuLambda.Simulation.Scaling;

namespace MuLambda.Cli.Experiments.Scaling;

/// <summary>What <c>--json</c> says of the experiment.</summary>
/// <param name="Command">The command that gives it.</param>
/// <param name="Rows">The figures of each policy on each trace with each model, means over the seeds.</param>
/// <param name="Aims">The aims that could be checked.</param>
/// <param name="Files">What was written.</param>
internal sealed record ScalingOutcome(
    string Command, IReadOnlyList<ScalingOutcome.Row> Rows, IReadOnlyList<ScalingAim> Aims, IReadOnlyList<string> Files)
{
    public static ScalingOutcome Of(ScalingResults results, IReadOnlyList<string> files) => new(
        results.Command,
        [.. results.Cells.SelectMany(cell => cell.Policies.Select(policy => new Row(
            cell.Trace.Name, cell.Model?.Name, policy.Policy, policy.Attainment, policy.ReplicaSeconds, policy.WaitedCold, policy.Actions,
            policy.DirectionChanges, OrNull(policy.P50Ms), OrNull(policy.P99Ms), policy.Refused, policy.Lost)))],
        results.Aims,
        files);

    private static double? OrNull(double number) => double.IsFinite(number) ? number : null;

    /// <summary>The figures of a policy on a trace.</summary>
    internal sealed record Row(
        string Trace,
        string? Model,
        string Policy,
        double Attainment,
        double ReplicaSeconds,
        double WaitedCold,
        double Actions,
        double DirectionChanges,
        double? P50Ms,
        double? P99Ms,
        double Refused,
        double Lost);
}
