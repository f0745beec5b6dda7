namespace MuLambda.Simulation;

/// <summary>
/// A burst at the end of each period: Poisson arrivals whose rate is a factor higher there than before. Unlike <see cref="BurstArrivals"/>, every
/// run of whole periods has the same share of bursts, so that short runs can be compared.
/// </summary>
public sealed class PeriodicBurstArrivals : ArrivalProcess
{
    private readonly double _calmPerMs;
    private readonly double _burstPerMs;
    private readonly double _calmMs;
    private readonly double _periodMs;

    /// <summary>Periodic bursts.</summary>
    /// <param name="meanPerSecond">How many come in the mean in a second, bursts included; above 0.</param>
    /// <param name="factor">How many times as many come in a second of a burst as in one before it, above 0.</param>
    /// <param name="burstMs">How long a burst lasts, in milliseconds, above 0.</param>
    /// <param name="periodMs">From one burst to the next, in milliseconds; longer than a burst.</param>
    public PeriodicBurstArrivals(double meanPerSecond, double factor, double burstMs, double periodMs)
    {
        MeanPerSecond = Checked.Positive(meanPerSecond);
        _periodMs = Checked.Positive(periodMs);
        _calmMs = _periodMs - Checked.Positive(burstMs);
        if (_calmMs <= 0)
        {
            throw new ArgumentOutOfRangeException(nameof(burstMs), burstMs, "burstMs must be below periodMs.");
        }

        _calmPerMs = meanPerSecond / 1000 * periodMs / (_calmMs + (Checked.Positive(factor) * burstMs));
        _burstPerMs = factor * _calmPerMs;
    }

    /// <inheritdoc/>
    public override double MeanPerSecond { get; }

    /// <inheritdoc/>
    public override IEnumerator<Arrival> Begin(RequestChance chance)
    {
        // Arrivals of rate 1 in a time that runs as fast as the rate is (inversion: Cinlar, 1975).
        var calm = _calmMs * _calmPerMs;
        var period = calm + ((_periodMs - _calmMs) * _burstPerMs);
        var (periods, inPeriod) = (0L, 0.0);
        for (var draw = 0; ; draw++)
        {
            inPeriod += chance.Exponential(draw);
            var whole = Math.Floor(inPeriod / period);
            periods += (long)whole;
            inPeriod -= whole * period;
            yield return new Arrival((periods * _periodMs)
                + (inPeriod <= calm ? inPeriod / _calmPerMs : _calmMs + ((inPeriod - calm) / _burstPerMs)));
        }
    }
}
