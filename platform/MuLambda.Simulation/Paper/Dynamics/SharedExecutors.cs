namespace MuLambda.Simulation.Paper;

/// <summary>Three selectors share a cell's executors, each with a third of its streams and what it learns from them, compared with one.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Policy">The policy.</param>
/// <param name="One">The mean utility with one selector.</param>
/// <param name="Three">The mean utility with three.</param>
public sealed record SharedExecutors(PaperCell Cell, string Policy, double One, double Three)
{
    /// <summary>The share of utility that may be lost.</summary>
    public const double Allowed = 0.05;

    private const int Selectors = 3;

    /// <summary>What is lost, relative to one selector; negative where three are better.</summary>
    public double Loss => 1 - (Three / One);

    /// <summary>Runs it.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="seeds">The seeds; the means are over all of them.</param>
    /// <param name="requests">The requests of each stream.</param>
    /// <param name="cancellationToken">Breaks it off.</param>
    /// <returns>What came of it.</returns>
    public static SharedExecutors Run(
        PaperCell cell, string policy, IReadOnlyList<long> seeds, int requests, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cell);
        return new SharedExecutors(cell, policy, seeds.Average(seed => Utility(1, seed)), seeds.Average(seed => Utility(Selectors, seed)));

        double Utility(int selectors, long seed)
        {
            var recorder = new PaperRecorder(cell, requests);
            var spec = PaperCluster.Of(cell, requests) with { Selectors = [.. Enumerable.Repeat(new SelectorSpec(), selectors)] };
            Cluster.Run(spec, PaperGrid.ChooserOf(policy), seed, recorder, cancellationToken);
            return recorder.ToResult(policy, seed).MeanUtility;
        }
    }
}
