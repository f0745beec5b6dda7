namespace MuLambda.Batching;

/// <summary>
/// What a request's time to its deadline goes to besides its wait here and its executor: what is reported of it, and while there is too much to do, what is
/// supposed beyond that. As a few points of its distribution, each as likely as the others.
/// </summary>
internal sealed class OutsideTime
{
    /// <summary>The points.</summary>
    public const int Points = 4;

    // What nobody sees while there is too much to do, in the mean, as a share of the time that a request had to its deadline: of two answers the one with more
    // to spare is worth more. Exponential, which is all that a mean says.
    // The share was chosen in virtual time among 0.1, 0.15, 0.175 and 0.2.
    private const double Unseen = 0.175;

    // Reports that are remembered.
    private const double Memory = 300;

    private static readonly double[] UnseenShares = [.. Enumerable.Range(0, Points).Select(point => -Unseen * Math.Log(1 - ShareAt(point)))];

    private readonly double _probability;
    private readonly double[] _seenMs = new double[Points];
    private readonly RatioDistribution _ratios = new();
    private double _meanMs;
    private double _weight;

    /// <summary>Nothing reported.</summary>
    /// <param name="probability">How likely it shall be at most <see cref="MostMs"/>.</param>
    public OutsideTime(double probability) => _probability = probability;

    /// <summary>Whether anything was reported.</summary>
    public bool IsSeen => _meanMs > 0;

    /// <summary>The median of what was reported, in milliseconds.</summary>
    public double MedianMs { get; private set; }

    /// <summary>What it is at most with the wanted probability, of what was reported, in milliseconds.</summary>
    public double MostMs { get; private set; }

    /// <summary>Takes in what was measured of a request.</summary>
    public void Observe(double outsideMs)
    {
        if (!(outsideMs >= 0) || double.IsInfinity(outsideMs))
        {
            return;
        }

        if (_meanMs > 0)
        {
            _ratios.Observe(outsideMs / _meanMs);
        }

        _weight = Math.Min(Memory, _weight + 1);
        _meanMs += (outsideMs - _meanMs) / _weight;
        for (var point = 0; point < Points; point++)
        {
            _seenMs[point] = _meanMs * _ratios.Quantile(ShareAt(point));
        }

        MedianMs = _meanMs * _ratios.Quantile(0.5);
        MostMs = _meanMs * _ratios.Quantile(_probability);
    }

    /// <summary>One of the points.</summary>
    /// <param name="point">Which, from 0.</param>
    /// <param name="targetMs">The time that the request had to its deadline; infinite for none.</param>
    /// <param name="isOverloaded">Whether there is too much to do.</param>
    /// <returns>Milliseconds.</returns>
    public double At(int point, double targetMs, bool isOverloaded) =>
        _seenMs[point] + (isOverloaded && double.IsFinite(targetMs) ? UnseenShares[point] * targetMs : 0);

    private static double ShareAt(int point) => (point + 0.5) / Points;
}
