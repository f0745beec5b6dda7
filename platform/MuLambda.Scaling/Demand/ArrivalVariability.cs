namespace MuLambda.Scaling;

/// <summary>
/// How much arrivals vary from one interval to the next, for intervals from half a second to a minute, in constant memory: the Allan factor of their counts
/// (Allan, "Statistics of atomic frequency standards", Proc. IEEE 54, 1966; for point processes Lowen and Teich, "Fractal-Based Point Processes", Wiley 2005),
/// E[(N(k+1) - N(k))²] / (2 E[N]).
/// </summary>
/// <remarks>
/// It is 1 for a Poisson process at every length, above for bursts and for rates that move. As it is of differences, a slow trend counts for as much as it
/// does within two intervals only, where the index of dispersion of counts would grow with all that ever happened. Old intervals fade with a time constant of ten minutes.
/// </remarks>
public sealed class ArrivalVariability
{
    private const double ShortestMs = 500;
    private const double FadingMs = 600_000;

    // Of long intervals, so many are remembered that rare rises are among them.
    private const double FadingIntervals = 200;

    // The median of the square of a normal variable with variance 1.
    private const double MedianOfOne = 0.4549;

    // Fewer pairs of intervals with requests, a little faded, say nothing: the first ones are a step from none.
    private const double FewestPairs = 7.5;

    // 0.5 s to 64 s, each twice the last.
    private readonly Level[] _levels = new Level[8];
    private readonly FadingHistogram[] _rises = [.. Enumerable.Range(0, 8).Select(_ => new FadingHistogram())];
    private readonly FadingHistogram _squares = new();

    /// <summary>The Allan factor for intervals of about a length; 1 where nothing is known.</summary>
    /// <param name="lengthMs">The length, in milliseconds; the nearest of those kept is taken.</param>
    /// <returns>The factor, at least 0.</returns>
    public double Factor(double lengthMs)
    {
        ref readonly var kept = ref _levels[LevelOf(lengthMs)];
        return kept.Pairs >= FewestPairs ? kept.Squares / kept.Counts : 1;
    }

    /// <summary>
    /// The usual variance of counts over their mean in half a second, at least 1: as the Allan factor, but by the median of the squared differences instead of their mean,
    /// so that it is that of requests that come together and not that of a rate which moved now and then.
    /// </summary>
    public double Dispersion { get; private set; } = 1;

    /// <summary>
    /// How far the count of an interval rises above that of the one before, except for a share of the intervals, in standard deviations that this difference has for a Poisson
    /// process. That what rose once may do so again is not supposed: it takes a second time within the reciprocal of that share.
    /// </summary>
    /// <param name="lengthMs">The interval's length, in milliseconds; the nearest of those kept is taken.</param>
    /// <param name="probability">The share of intervals that do not rise further.</param>
    /// <returns>The rise; 0 where there is none or nothing is known.</returns>
    public double Rise(double lengthMs, double probability) =>
        Math.Sqrt(_rises[LevelOf(lengthMs)].Quantile(probability, 1 / Math.Max(1e-6, 1 - probability)) ?? 0);

    internal void Add(double requests, double lengthMs)
    {
        var interval = ShortestMs;
        for (var i = 0; i < _levels.Length; i++, interval *= 2)
        {
            if (_levels[i].Add(requests, lengthMs, interval) is not { } pair)
            {
                continue;
            }

            _rises[i].Add(pair.Difference > 0 ? pair.Difference * pair.Difference / pair.Expected : 0, Math.Exp(-interval / Math.Max(FadingMs, FadingIntervals * interval)));
            if (i == 0 && pair.Expected > 0)
            {
                _squares.Add(pair.Difference * pair.Difference / pair.Expected, Math.Exp(-interval / FadingMs));
                Dispersion = _squares.Total < FewestPairs ? 1 : Math.Max(1, (_squares.Quantile(0.5, 0) ?? 0) / MedianOfOne);
            }
        }
    }

    private static int LevelOf(double lengthMs) => Math.Min((int)Math.Round(Math.Log2(Math.Max(lengthMs, ShortestMs) / ShortestMs)), 7);

    private struct Level
    {
        public double Squares;
        public double Counts;
        public double Pairs;
        private double _requests;
        private double _lengthMs;
        private double _lastRequests;
        private double _lastLengthMs;

        // By how much an interval's count differs from the one before, and the square of that which a Poisson process is expected to have; null while the interval goes on.
        public (double Difference, double Expected)? Add(double requests, double lengthMs, double intervalMs)
        {
            _requests += requests;
            _lengthMs += lengthMs;

            // Reports come a little early or late; half of the shortest interval is no reason to wait for another.
            if (_lengthMs < intervalMs - (ShortestMs / 2))
            {
                return null;
            }

            (double Difference, double Expected)? pair = null;
            if (_lastLengthMs > 0)
            {
                // The interval before, as if it had been as long as this one.
                var scale = _lengthMs / _lastLengthMs;
                var (difference, expected) = (_requests - (_lastRequests * scale), _requests + (_lastRequests * scale * scale));
                pair = (difference, expected);
                if (expected > 0)
                {
                    var kept = Math.Exp(-_lengthMs / FadingMs);
                    Squares = (Squares * kept) + (difference * difference);
                    Counts = (Counts * kept) + expected;
                    Pairs = (Pairs * kept) + 1;
                }
            }

            (_lastRequests, _lastLengthMs) = (_requests, _lengthMs);
            (_requests, _lengthMs) = (0, 0);
            return pair;
        }
    }
}
