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

    // 0.5 s to 64 s, each twice the last.
    private readonly Level[] _levels = new Level[8];

    /// <summary>The Allan factor for intervals of about a length; 1 where nothing is known.</summary>
    /// <param name="lengthMs">The length, in milliseconds; the nearest of those kept is taken.</param>
    /// <returns>The factor, at least 0.</returns>
    public double Factor(double lengthMs)
    {
        var level = (int)Math.Round(Math.Log2(Math.Max(lengthMs, ShortestMs) / ShortestMs));
        ref readonly var kept = ref _levels[Math.Min(level, _levels.Length - 1)];
        return kept.Counts > 0 ? kept.Squares / kept.Counts : 1;
    }

    internal void Add(double requests, double lengthMs)
    {
        var interval = ShortestMs;
        foreach (ref var level in _levels.AsSpan())
        {
            level.Add(requests, lengthMs, interval);
            interval *= 2;
        }
    }

    private struct Level
    {
        public double Squares;
        public double Counts;
        private double _requests;
        private double _lengthMs;
        private double _lastRequests;
        private double _lastLengthMs;

        public void Add(double requests, double lengthMs, double intervalMs)
        {
            _requests += requests;
            _lengthMs += lengthMs;

            // Reports come a little early or late; half of the shortest interval is no reason to wait for another.
            if (_lengthMs < intervalMs - (ShortestMs / 2))
            {
                return;
            }

            if (_lastLengthMs > 0)
            {
                // The interval before, as if it had been as long as this one; a Poisson process has the squares that Counts expects.
                var scale = _lengthMs / _lastLengthMs;
                var difference = _requests - (_lastRequests * scale);
                var kept = Math.Exp(-_lengthMs / FadingMs);
                Squares = (Squares * kept) + (difference * difference);
                Counts = (Counts * kept) + _requests + (_lastRequests * scale * scale);
            }

            (_lastRequests, _lastLengthMs) = (_requests, _lengthMs);
            (_requests, _lengthMs) = (0, 0);
        }
    }
}
