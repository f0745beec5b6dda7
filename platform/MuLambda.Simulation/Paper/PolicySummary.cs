namespace MuLambda.Simulation.Paper;

/// <summary>A policy in a cell, over all seeds.</summary>
public sealed class PolicySummary
{
    // The fewest batches whose means are nearly independent and still tell their scatter.
    private const int Batches = 10;

    private PolicySummary(string policy, IReadOnlyList<PaperRunResult> runs)
    {
        Policy = policy;
        Runs = runs;
        RoundTrips = new QuantileSketch();
        var confidences = new SortedDictionary<double, long>();
        foreach (var run in runs)
        {
            RoundTrips.Merge(run.RoundTrips);
            foreach (var (value, count) in run.Confidences)
            {
                confidences[value] = confidences.GetValueOrDefault(value) + count;
            }
        }

        Confidences = [.. confidences.Select(pair => new ValueCount(pair.Key, pair.Value))];
        MeanRoundTripMs = Interval.Of([.. runs.Select(run => run.MeanRoundTripMs)]);
        MeanConfidence = runs.Average(run => run.MeanConfidence);
        Utility = runs.Count > 1 ? Interval.Of([.. runs.Select(run => run.MeanUtility)]) : OfBatches(runs[0], BatchesOf(runs[0]));
    }

    /// <summary>The policy's name.</summary>
    public string Policy { get; }

    /// <summary>Its runs by seed.</summary>
    public IReadOnlyList<PaperRunResult> Runs { get; }

    /// <summary>The requests of all runs.</summary>
    public long Requests => Runs.Sum(run => run.Requests);

    /// <summary>Those that were not answered.</summary>
    public long Failed => Runs.Sum(run => run.Failed);

    /// <summary>The round trips of all runs, in milliseconds.</summary>
    public QuantileSketch RoundTrips { get; }

    /// <summary>The confidences of all runs.</summary>
    public IReadOnlyList<ValueCount> Confidences { get; }

    /// <summary>The mean round trip, in milliseconds, with its interval over the seeds.</summary>
    public Interval MeanRoundTripMs { get; }

    /// <summary>The mean confidence.</summary>
    public double MeanConfidence { get; }

    /// <summary>
    /// The mean realised utility. The interval is Student's over the seeds; with one seed over ten batches of the run, each with a tenth of
    /// every stream's requests. The latter is too wide where the weights change during the run.
    /// </summary>
    public Interval Utility { get; }

    /// <summary>Puts runs together.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="runs">Its runs, at least one.</param>
    /// <returns>The summary.</returns>
    public static PolicySummary Of(string policy, IEnumerable<PaperRunResult> runs) =>
        new(policy, [.. runs.OrderBy(run => run.Seed)]);

    /// <summary>
    /// By how much its realised utility is above another policy's, in pairs of runs that met the same requests with the same luck.
    /// </summary>
    /// <param name="other">The other, with the same seeds.</param>
    /// <returns>The mean difference and its interval, made as that of <see cref="Utility"/>.</returns>
    public Interval UtilityAbove(PolicySummary other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (!Runs.Select(run => run.Seed).SequenceEqual(other.Runs.Select(run => run.Seed)))
        {
            throw new ArgumentException($"{Policy} and {other.Policy} were run with different seeds.", nameof(other));
        }

        var differences = Runs.Zip(other.Runs, (mine, its) => mine.MeanUtility - its.MeanUtility).ToArray();
        return differences.Length > 1
            ? Interval.Of(differences)
            : new Interval(differences[0], Interval.Of(
                [.. BatchesOf(Runs[0]).Zip(BatchesOf(other.Runs[0]), (mine, its) => mine - its)]).HalfWidth);
    }

    private static Interval OfBatches(PaperRunResult run, IReadOnlyList<double> batches) =>
        new(run.MeanUtility, Interval.Of(batches).HalfWidth);

    private static double[] BatchesOf(PaperRunResult run)
    {
        var parts = run.Progress.Utility;
        var batches = Math.Min(Batches, parts.Count);
        return [.. parts.Select((utility, i) => (utility, Batch: i * batches / parts.Count))
            .GroupBy(part => part.Batch, part => part.utility)
            .Select(batch => batch.Average())];
    }
}
