using MuLambda.Simulation.Paper;

namespace MuLambda.Cli.Experiments;

/// <summary>A run on processes, and what the simulator expects of it.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Policy">The policy.</param>
/// <param name="Simulated">The same in the simulator, over all seeds, at the distances as they are set.</param>
internal sealed record LiveRun(PaperCell Cell, string Policy, PolicySummary Simulated)
{
    /// <summary>How long it takes if the simulator is right.</summary>
    public TimeSpan Expected => TimeSpan.FromMilliseconds(Simulated.Runs.Average(run => run.DurationMs));

    /// <inheritdoc/>
    public override string ToString() => $"{Cell}, {Policy}";
}
