namespace MuLambda.Simulation;

/// <summary>Arrivals by a timer: one a period, each a little late. The timer's phase is by chance.</summary>
public sealed class TimerArrivals : ArrivalProcess
{
    private readonly double _periodMs;
    private readonly double _jitterMs;

    /// <summary>Arrivals by a timer.</summary>
    /// <param name="periodMs">The period, in milliseconds, above 0.</param>
    /// <param name="jitterMs">How late one is at most, in milliseconds; less than the period.</param>
    public TimerArrivals(double periodMs, double jitterMs)
    {
        _periodMs = Checked.Positive(periodMs);
        _jitterMs = Checked.NonNegative(jitterMs) < periodMs
            ? jitterMs
            : throw new ArgumentOutOfRangeException(nameof(jitterMs), jitterMs, "jitterMs must be below periodMs.");
    }

    /// <inheritdoc/>
    public override double MeanPerSecond => 1000 / _periodMs;

    /// <inheritdoc/>
    public override IEnumerator<Arrival> Begin(RequestChance chance)
    {
        var (phaseMs, late) = (_periodMs * chance.For(1).Uniform(0), chance.For(0));
        for (var draw = 0; ; draw++)
        {
            yield return new Arrival(phaseMs + (_periodMs * draw) + (_jitterMs * late.Uniform(draw)));
        }
    }
}
