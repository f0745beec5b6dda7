namespace MuLambda.Simulation.Paper;

/// <summary>A cell that something happens to: it runs for a minute, and from 20 to 40 s its busiest executor is not as it was.</summary>
public static class Trial
{
    /// <summary>When it begins, in milliseconds.</summary>
    public const double FromMs = 20_000;

    /// <summary>When it is over.</summary>
    public const double UntilMs = 40_000;

    /// <summary>When the run ends.</summary>
    public const double EndMs = 60_000;

    /// <summary>The time before, in which the executor's usual share is measured.</summary>
    public const double UsualMs = 10_000;

    /// <summary>The length of a bin of shares over time.</summary>
    public const double BinMs = 500;

    /// <summary>The executor that gets most requests before anything happens, and its share of them.</summary>
    internal static (int Executor, double Share) Busiest(PaperCell cell, string policy, long seed, CancellationToken cancellationToken)
    {
        // What is in flight at the end is not seen: nothing of the usual time should be.
        var before = Run(cell, policy, seed, FromMs + UsualMs, [], cancellationToken).Where(request => request.StartMs < FromMs && request.Executor >= 0).ToArray();
        var usual = before.Where(request => request.StartMs >= FromMs - UsualMs).ToArray();
        if (usual.Length == 0)
        {
            // A policy that keeps every stream waiting all that time.
            usual = before;
        }

        var busiest = usual.GroupBy(request => request.Executor).OrderByDescending(group => group.Count()).ThenBy(group => group.Key).First();
        return (busiest.Key, busiest.Count() / (double)usual.Length);
    }

    /// <summary>Runs a cell for its minute.</summary>
    internal static IReadOnlyList<RequestRecord> Run(
        PaperCell cell, string policy, long seed, Fault fault, CancellationToken cancellationToken) =>
        Run(cell, policy, seed, EndMs, [fault], cancellationToken);

    /// <summary>An executor's share of the requests that are sent in each bin.</summary>
    internal static double[] Shares(IReadOnlyList<RequestRecord> requests, int executor)
    {
        var (own, all) = (new int[(int)(EndMs / BinMs)], new int[(int)(EndMs / BinMs)]);
        foreach (var request in requests)
        {
            var bin = Math.Min(all.Length - 1, (int)(request.StartMs / BinMs));
            all[bin]++;
            own[bin] += request.Executor == executor ? 1 : 0;
        }

        return [.. own.Zip(all, (its, sent) => sent == 0 ? 0 : Math.Round((double)its / sent, 4))];
    }

    private static RequestRecord[] Run(
        PaperCell cell, string policy, long seed, double endMs, Fault[] faults, CancellationToken cancellationToken)
    {
        // More than any stream can send in the time there is.
        var spec = PaperCluster.Of(cell, (int)EndMs) with { EndMs = endMs, Faults = faults };
        var requests = new RequestList();
        Cluster.Run(spec, PaperGrid.ChooserOf(policy), seed, requests, cancellationToken);
        return [.. requests.Records.OrderBy(request => request.StartMs)];
    }
}
