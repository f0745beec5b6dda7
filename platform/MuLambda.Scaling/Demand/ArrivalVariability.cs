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

    // Fewer pairs of intervals with requests, a little faded, say nothing: the first ones are a step from none.
    private const double FewestPairs = 7.5;

    // 0.5 s to 64 s, each twice the last.
    private readonly Level[] _levels = new Level[8];
    private readonly Median _squares = new();

    /// <summary>The Allan factor for intervals of about a length; 1 where nothing is known.</summary>
    /// <param name="lengthMs">The length, in milliseconds; the nearest of those kept is taken.</param>
    /// <returns>The factor, at least 0.</returns>
    public double Factor(double lengthMs)
    {
        var level = (int)Math.Round(Math.Log2(Math.Max(lengthMs, ShortestMs) / ShortestMs));
        ref readonly var kept = ref _levels[Math.Min(level, _levels.Length - 1)];
        return kept.Pairs >= FewestPairs ? kept.Squares / kept.Counts : 1;
    }

    /// <summary>
    /// The usual variance of counts over their mean in half a second, at least 1: as the Allan factor, but by the median of the squared differences instead of their mean,
    /// so that it is that of requests that come together and not that of a rate which moved now and then.
    /// </summary>
    public double Dispersion { get; private set; } = 1;

    internal void Add(double requests, double lengthMs)
    {
        var interval = ShortestMs;
        foreach (ref var level in _levels.AsSpan())
        {
            var square = level.Add(requests, lengthMs, interval);
            if (interval == ShortestMs && square >= 0)
            {
                Dispersion = Math.Max(1, _squares.Add(square, Math.Exp(-lengthMs / FadingMs)) ?? 1);
            }

            interval *= 2;
        }
    }

    private struct Level
    {
        public double Squares;
        public double Counts;
        public double Pairs;
        private double _requests;
        private double _lengthMs;
        private double _lastRequests;
        private double _lastLengthMs;

        // The squared difference of two intervals' counts over its mean for a Poisson process; -1 while the interval goes on, or where there was no request.
        public double Add(double requests, double lengthMs, double intervalMs)
        {
            _requests += requests;
            _lengthMs += lengthMs;

            // Reports come a little early or late; half of the shortest interval is no reason to wait for another.
            if (_lengthMs < intervalMs - (ShortestMs / 2))
            {
                return -1;
            }

            var ratio = -1.0;
            if (_lastLengthMs > 0 && _requests + _lastRequests > 0)
            {
                // The interval before, as if it had been as long as this one.
                var scale = _lengthMs / _lastLengthMs;
                var difference = _requests - (_lastRequests * scale);
                var (square, expected) = (difference * difference, _requests + (_lastRequests * scale * scale));
                var kept = Math.Exp(-_lengthMs / FadingMs);
                Squares = (Squares * kept) + square;
                Counts = (Counts * kept) + expected;
                Pairs = (Pairs * kept) + 1;
                ratio = square / expected;
            }

            (_lastRequests, _lastLengthMs) = (_requests, _lengthMs);
            (_requests, _lengthMs) = (0, 0);
            return ratio;
        }
    }

    // A fading histogram with eight bins to a doubling.
    private sealed class Median
    {
        private const int PerDoubling = 8;
        private const int Doublings = 32;

        // 2 to the power of -12 to 20; the first bin is what is less, so next to no difference.
        private const int Offset = 12 * PerDoubling;

        // The median of the square of a normal variable with variance 1.
        private const double OfOne = 0.4549;

        private readonly double[] _bins = new double[PerDoubling * Doublings];

        public double? Add(double value, double kept)
        {
            var total = 1.0;
            foreach (ref var bin in _bins.AsSpan())
            {
                bin *= kept;
                total += bin;
            }

            _bins[value > 0 ? Math.Clamp((int)Math.Round(PerDoubling * Math.Log2(value)) + Offset, 0, _bins.Length - 1) : 0]++;
            if (total < FewestPairs)
            {
                return null;
            }

            var below = 0.0;
            for (var i = 0; i < _bins.Length; i++)
            {
                below += _bins[i];
                if (below >= total / 2)
                {
                    return Math.Pow(2, (double)(i - Offset) / PerDoubling) / OfOne;
                }
            }

            return null;
        }
    }
}
