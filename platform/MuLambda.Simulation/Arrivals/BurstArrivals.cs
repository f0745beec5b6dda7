namespace MuLambda.Simulation;

/// <summary>
/// Bursts: times of one rate and times of another follow each other, each of exponentially distributed length (a Markov-modulated Poisson
/// process with two states). It begins in either by their shares of the time.
/// </summary>
public sealed class BurstArrivals : ArrivalProcess
{
    private readonly double _burstPerSecond;
    private readonly double _calmPerSecond;
    private readonly double _burstMs;
    private readonly double _calmMs;

    /// <summary>Bursts.</summary>
    /// <param name="burstPerSecond">How many come in a second of a burst, above 0.</param>
    /// <param name="calmPerSecond">How many come in a second between bursts, 0 or more.</param>
    /// <param name="burstMs">How long a burst lasts in the mean, in milliseconds, above 0.</param>
    /// <param name="calmMs">How long the time between bursts lasts in the mean, in milliseconds, above 0.</param>
    public BurstArrivals(double burstPerSecond, double calmPerSecond, double burstMs, double calmMs)
    {
        _burstPerSecond = Checked.Positive(burstPerSecond);
        _calmPerSecond = Checked.NonNegative(calmPerSecond);
        _burstMs = Checked.Positive(burstMs);
        _calmMs = Checked.Positive(calmMs);
    }

    /// <inheritdoc/>
    public override double MeanPerSecond =>
        ((_burstPerSecond * _burstMs) + (_calmPerSecond * _calmMs)) / (_burstMs + _calmMs);

    /// <inheritdoc/>
    public override IEnumerator<Arrival> Begin(RequestChance chance)
    {
        var (states, gaps) = (chance.For(0), chance.For(1));
        var isBurst = states.Uniform(0) < _burstMs / (_burstMs + _calmMs);
        var (atMs, gap) = (0.0, 0);
        for (var state = 1; ; state++)
        {
            var endMs = atMs + ((isBurst ? _burstMs : _calmMs) * states.Exponential(state));
            var perMs = (isBurst ? _burstPerSecond : _calmPerSecond) / 1000;

            // The gap that reaches beyond the state's end is drawn anew in the next one: gaps have no memory.
            while (perMs > 0 && atMs + (gaps.Exponential(gap) / perMs) is var nextMs && nextMs < endMs)
            {
                gap++;
                atMs = nextMs;
                yield return new Arrival(atMs);
            }

            gap++;
            (atMs, isBurst) = (endMs, !isBurst);
        }
    }
}
