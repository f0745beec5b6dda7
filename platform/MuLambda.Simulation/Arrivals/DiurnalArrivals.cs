namespace MuLambda.Simulation;

/// <summary>
/// Arrivals whose rate rises and falls like a day's: <c>mean * (1 + amplitude * sin(2 pi (t / period + phase)))</c>. Drawn by thinning
/// (Lewis and Shedler, 1979): a Poisson process of the largest rate, of which each arrival is kept with its share of it.
/// </summary>
public sealed class DiurnalArrivals : ArrivalProcess
{
    private readonly double _amplitude;
    private readonly double _periodMs;
    private readonly double _phase;

    /// <summary>Arrivals of a day.</summary>
    /// <param name="meanPerSecond">How many come in the mean in a second, above 0.</param>
    /// <param name="amplitude">How far the rate swings around that, from 0 to 1 of it.</param>
    /// <param name="periodMs">How long a day is, in milliseconds, above 0.</param>
    /// <param name="phase">Where in the day it begins, in days; a quarter is the peak.</param>
    public DiurnalArrivals(double meanPerSecond, double amplitude, double periodMs, double phase = 0)
    {
        MeanPerSecond = Checked.Positive(meanPerSecond);
        _amplitude = amplitude is >= 0 and <= 1
            ? amplitude
            : throw new ArgumentOutOfRangeException(nameof(amplitude), amplitude, "amplitude must be from 0 to 1.");
        _periodMs = Checked.Positive(periodMs);
        _phase = double.IsFinite(phase)
            ? phase
            : throw new ArgumentOutOfRangeException(nameof(phase), phase, "phase must be finite.");
    }

    /// <inheritdoc/>
    public override double MeanPerSecond { get; }

    /// <summary>The rate at a time.</summary>
    /// <param name="atMs">Milliseconds since the client's begin.</param>
    /// <returns>Arrivals a second.</returns>
    public double PerSecond(double atMs) =>
        MeanPerSecond * (1 + (_amplitude * Math.Sin(2 * Math.PI * ((atMs / _periodMs) + _phase))));

    /// <inheritdoc/>
    public override IEnumerator<Arrival> Begin(RequestChance chance)
    {
        var (gaps, keeps) = (chance.For(0), chance.For(1));
        var largest = MeanPerSecond * (1 + _amplitude);
        var atMs = 0.0;
        for (var draw = 0; ; draw++)
        {
            atMs += 1000 / largest * gaps.Exponential(draw);
            if (keeps.Uniform(draw) * largest < PerSecond(atMs))
            {
                yield return new Arrival(atMs);
            }
        }
    }
}
