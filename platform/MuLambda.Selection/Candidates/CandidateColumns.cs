using System.Runtime.Intrinsics;

namespace MuLambda.Selection;

/// <summary>
/// The figures of a group's candidates, one array a figure, one row a candidate: what a selection reads, laid out so that it is read
/// with vector instructions. Learning writes single elements while selections read; a selection may see one figure
/// newer than another, which is as good as having come a moment earlier or later.
/// </summary>
/// <remarks>
/// The truth is elsewhere (<see cref="ExecutorTrack"/>, <see cref="CandidateTrack"/>, <see cref="ModelTrack"/>), so the
/// columns can be laid out anew, when candidates come or go, without losing anything.
/// </remarks>
internal sealed class CandidateColumns
{
    /// <summary>The executor takes requests.</summary>
    public const int Open = 0;

    /// <summary>Its state is another than ready.</summary>
    public const int NotReady = 1;

    /// <summary>It is left out after a failure; its <see cref="Circuit"/> says whether a request may try it.</summary>
    public const int Quarantined = 2;

    /// <summary>The candidate has answered.</summary>
    public const int KnownByAnswers = 0;

    /// <summary>Only other executors of its model have.</summary>
    public const int KnownByPeers = 1;

    /// <summary>Nothing but the size of the model tells its service time.</summary>
    public const int KnownBySize = 2;

    // Rows nobody uses fill up the last vector; they are never ready.
    private static readonly int Padding = Vector512<float>.Count;

    public CandidateColumns(int count)
    {
        Count = count;
        count = Padded(count);
        Closed = new int[count];
        Unknown = new int[count];
        InFlight = new int[count];
        ItemsInFlight = new int[count];
        QuietSinceMs = new int[count];
        BaseMs = new float[count];
        PerItemMs = new float[count];
        WaitPerRequestMs = new float[count];
        WaitPerItemMs = new float[count];
        ScatterMs = new float[count];
        RetryFactor = new float[count];
        RetryAfterMs = new int[count];
        StaleAfterMs = new int[count];
        ObservedAtMs = new int[count];
        OthersAhead = new float[count];
        QueueWaitMs = new float[count];
        LatencyWeight = new float[count];
        Accuracy = new float[count];
        BoundAccuracy = new float[count];
        AccuracyDoubt = new float[count];
        MostHope = new float[count];
        ObservedRttMs = new float[count];
        Confidence = new double[count];
        LastDelayPerItemMs = new double[count];
        LastTurn = new long[count];
        ModelBytes = new long[count];
        Answers = new long[count];
        Closed.AsSpan().Fill(NotReady);
        QueueWaitMs.AsSpan().Fill(float.NaN);
    }

    /// <summary>The rows.</summary>
    public int Count { get; }

    /// <summary>The length of an array that holds so many rows in whole vectors.</summary>
    public static int Padded(int rows) => (rows + Padding - 1) / Padding * Padding;

    /// <summary><see cref="Open"/>, <see cref="NotReady"/> or <see cref="Quarantined"/>.</summary>
    public int[] Closed { get; }

    /// <summary><see cref="KnownByAnswers"/>, <see cref="KnownByPeers"/> or <see cref="KnownBySize"/>.</summary>
    public int[] Unknown { get; }

    /// <summary>Requests assigned to the executor and not answered.</summary>
    public int[] InFlight { get; }

    /// <summary>The examples they carry.</summary>
    public int[] ItemsInFlight { get; }

    /// <summary>The requests of other selectors in an executor that is not this one's own, in the mean.</summary>
    public float[] OthersAhead { get; }

    /// <summary>When the executor last answered, or was given its first request after a rest.</summary>
    public int[] QuietSinceMs { get; }

    /// <summary><see cref="ServiceTimeModel.BaseMs"/>.</summary>
    public float[] BaseMs { get; }

    /// <summary><see cref="ServiceTimeModel.PerItemMs"/>.</summary>
    public float[] PerItemMs { get; }

    /// <summary><see cref="ServiceTimeModel.WaitPerRequestMs"/>.</summary>
    public float[] WaitPerRequestMs { get; }

    /// <summary><see cref="ServiceTimeModel.WaitPerItemMs"/>.</summary>
    public float[] WaitPerItemMs { get; }

    /// <summary><see cref="ServiceTimeModel.ScatterMs"/>.</summary>
    public float[] ScatterMs { get; }

    /// <summary>What a request would wait in the selector's own queue for the candidate, in milliseconds; NaN where there is none that knows.</summary>
    public float[] QueueWaitMs { get; }

    /// <summary>What its service time could have become meanwhile, as a share of what it was.</summary>
    public float[] RetryFactor { get; }

    /// <summary>After how long without an answer the candidate is judged by <see cref="RetryFactor"/>.</summary>
    public int[] RetryAfterMs { get; }

    /// <summary>After how long bounds go by it too.</summary>
    public int[] StaleAfterMs { get; }

    /// <summary>When it last answered.</summary>
    public int[] ObservedAtMs { get; }

    /// <summary>How much latency mattered to the last requests given to the executor, in the mean.</summary>
    public float[] LatencyWeight { get; }

    /// <summary>What its accuracy is taken for.</summary>
    public float[] Accuracy { get; }

    /// <summary>The accuracy that a bound is held against.</summary>
    public float[] BoundAccuracy { get; }

    /// <summary><see cref="AccuracyEstimate.Doubt"/>.</summary>
    public float[] AccuracyDoubt { get; }

    /// <summary><see cref="AccuracyEstimate.MostHope"/>.</summary>
    public float[] MostHope { get; }

    /// <summary>The network's share of calls as inferred; 0 where it is not known.</summary>
    public float[] ObservedRttMs { get; }

    /// <summary>The mean of its last confidences, or its declared accuracy: the published policy's accuracy.</summary>
    public double[] Confidence { get; }

    /// <summary><see cref="CandidateTrack.LastDelayPerItemMs"/>.</summary>
    public double[] LastDelayPerItemMs { get; }

    /// <summary>The group's turn in which it was last chosen, or appeared.</summary>
    public long[] LastTurn { get; }

    /// <summary>The model's size in bytes.</summary>
    public long[] ModelBytes { get; }

    /// <summary>Answers observed of the candidate itself.</summary>
    public long[] Answers { get; }
}
