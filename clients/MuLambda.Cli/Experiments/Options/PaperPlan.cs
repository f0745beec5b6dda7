using MuLambda.Simulation.Paper;

namespace MuLambda.Cli.Experiments;

/// <summary>What is to be run.</summary>
/// <param name="Grid">The cells.</param>
/// <param name="Policies">The policies, in the order in which they are shown.</param>
/// <param name="Seeds">The seeds, rising.</param>
/// <param name="Requests">The requests of each stream.</param>
internal sealed record PaperPlan(PaperGrid Grid, IReadOnlyList<string> Policies, IReadOnlyList<long> Seeds, int Requests)
{
    /// <summary>The runs, cell by cell.</summary>
    public IEnumerable<PaperRun> Runs =>
        from cell in Grid.Cells
        from policy in Policies
        from seed in Seeds
        select new PaperRun(cell, policy, seed, Requests);
}
