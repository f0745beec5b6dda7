using System.Collections.Concurrent;
using MuLambda.Simulation.Paper;

namespace MuLambda.Cli.Experiments;

/// <summary>Simulates the runs of a plan, as many at a time as there are processors, and keeps each as soon as it is finished.</summary>
/// <param name="store">Where finished runs are.</param>
/// <param name="parallel">How many run at a time; what comes out does not depend on it.</param>
internal sealed class PaperRunner(RunStore store, int parallel)
{
    /// <summary>Runs what is not there yet.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="stamps">What each policy does.</param>
    /// <param name="progress">Is told of each run as it is finished.</param>
    /// <param name="cancellationToken">Breaks off; what is finished stays.</param>
    /// <returns>The cells in the order of the grid.</returns>
    public IReadOnlyList<CellSummary> Run(
        PaperPlan plan, IReadOnlyDictionary<string, string> stamps, IRunProgress progress, CancellationToken cancellationToken)
    {
        var runs = plan.Runs.ToArray();
        var results = new PaperRunResult?[runs.Length];
        var keys = new byte[runs.Length][];
        var options = new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = cancellationToken };
        Parallel.For(0, runs.Length, options, i =>
        {
            keys[i] = RunKey.Of(runs[i], stamps[runs[i].Policy]);
            results[i] = store.Find(keys[i]);
        });
        var missing = Enumerable.Range(0, runs.Length).Where(i => results[i] is null).ToArray();
        var requests = missing.Sum(i => runs[i].TotalRequests);
        progress.Begin(Words.Of($"{missing.Length} of {runs.Length} runs to do, {requests} requests"), requests);

        // One by one: the last runs of a grid are its largest.
        Parallel.ForEach(Partitioner.Create(missing, EnumerablePartitionerOptions.NoBuffering), options, i =>
        {
            var result = runs[i].Simulate(cancellationToken);
            store.Add(keys[i], result);
            results[i] = result;
            progress.Finished(runs[i].TotalRequests);
        });
        return Summarise(plan, results);
    }

    // The runs lie cell by cell, in each policy by policy, in each seed by seed.
    private static CellSummary[] Summarise(PaperPlan plan, PaperRunResult?[] results)
    {
        var (seeds, policies) = (plan.Seeds.Count, plan.Policies.Count);
        return [.. plan.Grid.Cells.Select((cell, c) => new CellSummary(
            cell,
            [.. plan.Policies.Select((policy, p) => PolicySummary.Of(
                policy, results.Skip(((c * policies) + p) * seeds).Take(seeds).Select(result => result!)))]))];
    }
}
