namespace MuLambda.Scaling;

/// <summary>
/// How long a deployment was idle between requests: the histogram of the hybrid policy of Shahrad et al., "Serverless in the Wild" (USENIX ATC 2020), with 16 bins of
/// equal width to each doubling from a quarter of a second to 4.5 hours instead of one a minute, so that seconds are seen as well. Constant memory; old values fade with
/// a time constant of a day.
/// </summary>
public sealed class IdleTimes
{
    // What is left of one value within half its fading time.
    private const double LeastValue = 0.5;

    // Below it the values are spread over the bins as if nothing was known (the paper's threshold).
    private const double RepresentativeVariation = 2;
    private const double MostOutOfBounds = 0.5;
    private const double SmallestMs = 250;
    private const int PerDoubling = 16;
    private const int Doublings = 16;
    private const double FadingMs = 24 * 3_600_000;

    private readonly double[] _bins = new double[Doublings * PerDoubling];
    private double _beyond;
    private double _lastMs = double.NaN;

    /// <summary>The longest idle time that has a bin, in milliseconds; longer ones are out of bounds.</summary>
    public static double LongestMs => SmallestMs * (1 << Doublings);

    /// <summary>Counts an idle time.</summary>
    /// <param name="idleMs">How long it was, in milliseconds.</param>
    /// <param name="nowMs">When it ended, in milliseconds.</param>
    public void Add(double idleMs, double nowMs)
    {
        if (nowMs > _lastMs)
        {
            var kept = Math.Exp((_lastMs - nowMs) / FadingMs);
            foreach (ref var bin in _bins.AsSpan())
            {
                bin *= kept;
            }

            _beyond *= kept;
        }

        _lastMs = nowMs;
        if (idleMs >= LongestMs)
        {
            _beyond++;
        }
        else
        {
            _bins[IndexOf(idleMs)]++;
        }
    }

    /// <summary>Of the idle times that were longer than one that has already passed, where most of them end.</summary>
    /// <param name="passedMs">What has passed, in milliseconds; 0 for all.</param>
    /// <param name="head">The share that is shorter than <see cref="IdleForecast.HeadMs"/>.</param>
    /// <param name="tail">The share that is shorter than <see cref="IdleForecast.TailMs"/>.</param>
    /// <returns>Both, rounded away from each other to the bins' edges; null where the histogram is not representative: no value, too many out of
    /// bounds, or spread over the bins too evenly (by the coefficient of variation of the bins' counts).</returns>
    public IdleForecast? Forecast(double passedMs, double head, double tail)
    {
        if (passedMs >= LongestMs)
        {
            return null;
        }

        var first = IndexOf(passedMs);
        double within = 0, squares = 0;
        for (var i = first; i < _bins.Length; i++)
        {
            var count = CountOf(i, passedMs);
            within += count;
            squares += count * count;
        }

        var bins = _bins.Length - first;
        var mean = within / bins;
        var variance = (squares / bins) - (mean * mean);
        if (within < LeastValue
            || _beyond > MostOutOfBounds * (within + _beyond)
            || Math.Sqrt(Math.Max(0, variance)) < Math.Min(RepresentativeVariation, (bins - 1) / 2.0) * mean)
        {
            return null;
        }

        var total = within + _beyond;
        double below = 0, headMs = double.NaN, tailMs = LongestMs;
        for (var i = first; i < _bins.Length; i++)
        {
            below += CountOf(i, passedMs);
            if (double.IsNaN(headMs) && below > head * total)
            {
                headMs = Math.Max(passedMs, LowerMs(i));
            }

            if (below >= tail * total)
            {
                tailMs = LowerMs(i + 1);
                break;
            }
        }

        return new IdleForecast(double.IsNaN(headMs) ? LongestMs : headMs, tailMs, within);
    }

    // Of the bin that has partly passed, the part that is left.
    private double CountOf(int index, double passedMs)
    {
        var (lower, upper) = (LowerMs(index), LowerMs(index + 1));
        return passedMs <= lower ? _bins[index] : _bins[index] * Math.Max(0, upper - passedMs) / (upper - lower);
    }

    private static int IndexOf(double ms)
    {
        if (ms < SmallestMs)
        {
            return 0;
        }

        var doubling = (int)Math.Log2(ms / SmallestMs);
        var start = SmallestMs * (1 << doubling);
        return Math.Min((doubling * PerDoubling) + (int)((ms - start) / start * PerDoubling), (Doublings * PerDoubling) - 1);
    }

    // The first bin also holds what is shorter.
    private static double LowerMs(int index)
    {
        var start = SmallestMs * (1 << (index / PerDoubling));
        return index == 0 ? 0 : start + (start * (index % PerDoubling) / PerDoubling);
    }
}
