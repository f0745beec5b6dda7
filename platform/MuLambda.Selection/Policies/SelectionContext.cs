using MuLambda.Catalog;

namespace MuLambda.Selection;

/// <summary>
/// All that a policy decides on: the request, and the candidates of its traits as columns of figures, a row a candidate. The
/// hard filter has been there: a row that it excludes has a latency of positive infinity.
/// </summary>
public readonly ref struct SelectionContext
{
    internal SelectionContext(
        Demand demand, CandidateGroup group, Scratch scratch, int items, long turn, in Admission admission)
    {
        Candidates = group.Candidates;
        Columns = group.Columns;
        Desired = demand.Desired;
        Items = items;
        Turn = turn;
        BestAccuracy = admission.BestAccuracy;
        AdmittedCount = admission.Count;
        Demand = demand;
        Nodes = group.Nodes;
        Scratch = scratch;
        var count = group.Columns.Count;
        RttMs = scratch.RttMs.AsSpan(0, count);
        ServiceMs = scratch.ServiceMs.AsSpan(0, count);
        WaitMs = scratch.WaitMs.AsSpan(0, count);
        LatencyMs = scratch.LatencyMs.AsSpan(0, count);
        Scores = scratch.Scores.AsSpan(0, count);
    }

    /// <summary>The candidates, by row.</summary>
    public ReadOnlySpan<Candidate> Candidates { get; }

    /// <summary>The weights, normalised to sum 1.</summary>
    public Preference Desired { get; }

    /// <summary>The examples that the request carries.</summary>
    public int Items { get; }

    /// <summary>How many selections there were among these traits before.</summary>
    public long Turn { get; }

    /// <summary>How many rows the hard filter leaves; at least 1.</summary>
    public int AdmittedCount { get; }

    /// <summary>The largest accuracy among the rows that are not excluded.</summary>
    public double BestAccuracy { get; }

    /// <summary>The network's round trip by row, in milliseconds; 0 where nobody knows it.</summary>
    public ReadOnlySpan<float> RttMs { get; }

    /// <summary>The service time without other requests by row, in milliseconds.</summary>
    public ReadOnlySpan<float> ServiceMs { get; }

    /// <summary>What the requests in flight add to it by row, in milliseconds.</summary>
    public ReadOnlySpan<float> WaitMs { get; }

    /// <summary>The whole by row, in milliseconds; positive infinity for rows that the hard filter excludes.</summary>
    public ReadOnlySpan<float> LatencyMs { get; }

    /// <summary>Accuracy by row.</summary>
    public ReadOnlySpan<float> Accuracy => Columns.Accuracy.AsSpan(0, Columns.Count);

    /// <summary>Requests in flight by row.</summary>
    public ReadOnlySpan<int> InFlight => Columns.InFlight.AsSpan(0, Columns.Count);

    /// <summary>How far answers lie from estimates by row, in milliseconds.</summary>
    public ReadOnlySpan<float> ScatterMs => Columns.ScatterMs.AsSpan(0, Columns.Count);

    /// <summary>The mean of the last confidences by row: the published policy's accuracy.</summary>
    public ReadOnlySpan<double> Confidence => Columns.Confidence.AsSpan(0, Columns.Count);

    /// <summary>The last answer's time beyond the round trip, per item, by row, in milliseconds.</summary>
    public ReadOnlySpan<double> LastDelayPerItemMs => Columns.LastDelayPerItemMs.AsSpan(0, Columns.Count);

    /// <summary>Takes every row's utility in the policy's measure; what it holds for excluded rows is not read.</summary>
    public Span<float> Scores { get; }

    internal CandidateColumns Columns { get; }

    internal Scratch Scratch { get; }

    private Demand Demand { get; }

    private int[] Nodes { get; }

    /// <summary>Whether the hard filter leaves a row.</summary>
    /// <param name="row">The row.</param>
    /// <returns>True where it does.</returns>
    public bool IsAdmitted(int row) => !float.IsPositiveInfinity(LatencyMs[row]);

    /// <summary>The n-th row, from 0, of those that the hard filter leaves.</summary>
    /// <param name="n">Below <see cref="AdmittedCount"/>.</param>
    /// <returns>The row.</returns>
    public int NthAdmitted(int n)
    {
        if (AdmittedCount == LatencyMs.Length)
        {
            return n;
        }

        for (var row = 0; row < LatencyMs.Length; row++)
        {
            if (IsAdmitted(row) && n-- == 0)
            {
                return row;
            }
        }

        throw new ArgumentOutOfRangeException(nameof(n));
    }

    /// <summary>The measured round trip from a row's node to the client; nothing that was predicted.</summary>
    /// <param name="row">The row.</param>
    /// <returns>Milliseconds; NaN where the node's prober did not measure it.</returns>
    public double MeasuredRttMs(int row) => Scratch.MeasuredMs(Demand)[Nodes[row]];
}
