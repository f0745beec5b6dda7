namespace MuLambda.Batching;

/// <summary>
/// What a client's requests take outside of queues and executors: the way to the queue and from it, and the client's own time. As a few points of its
/// distribution, each as likely as the others. Deadlines are held with that to spare; while there is too much to do also with what is supposed beyond it.
/// </summary>
/// <remarks>Thread-safe: of reports that come at the same moment one is taken, and nobody waits for it.</remarks>
public sealed class OutsideTime
{
    /// <summary>The points.</summary>
    internal const int Points = 4;

    // What nobody sees while there is too much to do, in the mean, as a share of the time that a request had to its deadline: of two answers the one with more
    // to spare is worth more. Exponential, which is all that a mean says.
    // The share was chosen in virtual time among 0.1, 0.15, 0.175 and 0.2.
    private const double Unseen = 0.175;

    // Who is so far away that nothing could be in time is served all the same: more than this share of the time to the deadline is not held to spare.
    private const double MostShare = 0.5;

    // Of what nobody sees so much is supposed of a client that tells all it sees: machines are busier at one moment than at another. Chosen in virtual time too.
    private const double UnseenOfWhole = 0.5;

    // Reports that are remembered.
    private const double Memory = 300;

    private static readonly double[] UnseenShares = [.. Enumerable.Range(0, Points).Select(point => -Unseen * Math.Log(1 - ShareAt(point)))];

    private readonly Lock _gate = new();
    private readonly double _probability;
    private readonly double[] _seenMs = new double[Points];
    private readonly RatioDistribution _ratios = new();
    private double _meanMs;
    private double _medianMs;
    private double _mostMs;
    private double _weight;
    private bool _isWhole;

    /// <summary>Nothing reported.</summary>
    /// <param name="probability">With which probability a batch shall be in time for such a request, above 0 and below 1.</param>
    public OutsideTime(double probability = 0.99) => _probability = probability;

    /// <summary>What was reported, in the mean of some hundred reports, in milliseconds; 0 for nothing.</summary>
    public double MeanMs => Volatile.Read(ref _meanMs);

    /// <summary>Whether anything was reported.</summary>
    public bool IsSeen => MeanMs > 0;

    /// <summary>Takes in what was measured of a request.</summary>
    /// <param name="outsideMs">Milliseconds; what is no time is passed over.</param>
    /// <param name="isWhole">Whether that is all of it, as its client measured it.</param>
    public void Observe(double outsideMs, bool isWhole = false)
    {
        if (!(outsideMs >= 0) || double.IsInfinity(outsideMs) || !_gate.TryEnter())
        {
            return;
        }

        try
        {
            if (_meanMs > 0)
            {
                _ratios.Observe(outsideMs / _meanMs);
            }

            Volatile.Write(ref _isWhole, isWhole);
            _weight = Math.Min(Memory, _weight + 1);
            var meanMs = _meanMs + ((outsideMs - _meanMs) / _weight);
            for (var point = 0; point < Points; point++)
            {
                Volatile.Write(ref _seenMs[point], meanMs * _ratios.Quantile(ShareAt(point)));
            }

            Volatile.Write(ref _medianMs, meanMs * _ratios.Quantile(0.5));
            Volatile.Write(ref _mostMs, meanMs * _ratios.Quantile(_probability));
            Volatile.Write(ref _meanMs, meanMs);
        }
        finally
        {
            _gate.Exit();
        }
    }

    /// <summary>What a request takes outside in the median, as far as it counts, in milliseconds.</summary>
    internal static double MedianMs(BatchEntry entry) => entry.Outside is { } known ? Counted(Volatile.Read(ref known._medianMs), entry.TargetMs) : 0;

    /// <summary>What it takes at most with the wanted probability, as far as it counts, in milliseconds.</summary>
    internal static double MostMs(BatchEntry entry) => entry.Outside is { } known ? Counted(Volatile.Read(ref known._mostMs), entry.TargetMs) : 0;

    /// <summary>One of the points.</summary>
    /// <param name="known">What is known of it; null for nothing.</param>
    /// <param name="point">Which, from 0.</param>
    /// <param name="targetMs">The time that the request had to its deadline; infinite for none.</param>
    /// <param name="isOverloaded">Whether there is too much to do.</param>
    /// <returns>Milliseconds.</returns>
    internal static double At(OutsideTime? known, int point, double targetMs, bool isOverloaded) =>
        (known is null ? 0 : Counted(Volatile.Read(ref known._seenMs[point]), targetMs))
        + (isOverloaded && double.IsFinite(targetMs) ? UnseenShares[point] * targetMs * (known is not null && Volatile.Read(ref known._isWhole) ? UnseenOfWhole : 1) : 0);

    private static double Counted(double seenMs, double targetMs) => Math.Min(seenMs, MostShare * targetMs);

    private static double ShareAt(int point) => (point + 0.5) / Points;
}
