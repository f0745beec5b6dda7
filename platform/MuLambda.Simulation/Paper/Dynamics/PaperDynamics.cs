using System.Collections.Concurrent;

namespace MuLambda.Simulation.Paper;

/// <summary>What happens when things change: weights, executors that slow down or end, several selectors.</summary>
/// <param name="WeightChanges">Changes of weights.</param>
/// <param name="Slowdowns">Executors that become ten times slower.</param>
/// <param name="Kills">Executors that end.</param>
/// <param name="Shared">Three selectors instead of one.</param>
public sealed record PaperDynamics(
    IReadOnlyList<WeightChange> WeightChanges,
    IReadOnlyList<Slowdown> Slowdowns,
    IReadOnlyList<Kill> Kills,
    IReadOnlyList<SharedExecutors> Shared)
{
    /// <summary>The streams of the cells that are looked at.</summary>
    public static IReadOnlyList<int> Streams { get; } = [5, 13, 34];

    // As many as in the evaluation: each of several selectors learns for itself.
    private const int Requests = 1000;

    // A change of weights meets each stream once: a mean over few of them would show what a single trial of a model costs.
    private const int RunsPerSeed = 10;
    private const long SeedStride = 1_000_000;

    /// <summary>
    /// The cells that are looked at: the grid's schedules and use cases, under three loads, with the grid's first size and network. Executors slow
    /// down and end in those cells only whose weights always count latency.
    /// </summary>
    /// <param name="grid">The grid.</param>
    /// <returns>The cells.</returns>
    public static IEnumerable<PaperCell> Cells(PaperGrid grid)
    {
        ArgumentNullException.ThrowIfNull(grid);
        return (grid with { Streams = Streams, Sizes = [grid.Sizes[0]], Networks = [grid.Networks[0]] }).Cells;
    }

    /// <summary>Runs all of it.</summary>
    /// <param name="grid">The grid, of which <see cref="Cells"/> are looked at.</param>
    /// <param name="policies">The policies.</param>
    /// <param name="seeds">The seeds; what is not a mean is run with the first, changes of weights ten times with each.</param>
    /// <param name="parallel">How many are run at a time; what comes out does not depend on it.</param>
    /// <param name="finished">Is called after each of them, from any thread.</param>
    /// <param name="cancellationToken">Breaks it off.</param>
    /// <returns>What came of it.</returns>
    public static PaperDynamics Run(
        PaperGrid grid, IReadOnlyList<string> policies, IReadOnlyList<long> seeds, int parallel, Action finished,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(policies);
        ArgumentNullException.ThrowIfNull(seeds);
        ArgumentNullException.ThrowIfNull(finished);
        var jobs = Jobs(grid, policies, seeds, cancellationToken).ToArray();
        var results = new IReadOnlyList<object>[jobs.Length];
        Parallel.ForEach(
            Partitioner.Create(Enumerable.Range(0, jobs.Length), EnumerablePartitionerOptions.NoBuffering),
            new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = cancellationToken },
            i =>
            {
                results[i] = jobs[i]();
                finished();
            });
        var all = results.SelectMany(result => result).ToArray();
        return new PaperDynamics(
            [.. all.OfType<WeightChange>()], [.. all.OfType<Slowdown>()], [.. all.OfType<Kill>()], [.. all.OfType<SharedExecutors>()]);
    }

    /// <summary>How many runs of something that happens there are.</summary>
    /// <param name="grid">The grid.</param>
    /// <param name="policies">The policies.</param>
    /// <returns>The number.</returns>
    public static int Count(PaperGrid grid, IReadOnlyList<string> policies) => Jobs(grid, policies, [], default).Count();

    private static IEnumerable<Func<IReadOnlyList<object>>> Jobs(
        PaperGrid grid, IReadOnlyList<string> policies, IReadOnlyList<long> seeds, CancellationToken cancellationToken)
    {
        foreach (var (cell, policy) in Cells(grid).SelectMany(cell => policies.Select(policy => (cell, policy))))
        {
            yield return () => [SharedExecutors.Run(cell, policy, seeds, Requests, cancellationToken)];
            if (cell.UseCase.Phases.Count > 1)
            {
                yield return () => WeightChange.Run(
                    cell, policy, [.. seeds.SelectMany(seed => Enumerable.Range(0, RunsPerSeed).Select(i => seed + (i * SeedStride)))], Requests, cancellationToken);
            }
            else if (cell.UseCase.Phases[0].Latency > 0)
            {
                yield return () => [Slowdown.Run(cell, policy, seeds[0], cancellationToken)];
                yield return () => [Kill.Run(cell, policy, seeds[0], cancellationToken)];
            }
        }
    }
}
