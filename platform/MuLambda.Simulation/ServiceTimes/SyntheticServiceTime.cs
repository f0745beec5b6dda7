namespace MuLambda.Simulation;

/// <summary>
/// The synthetic models of the published evaluation: <c>delay(ms) = D + 1000 alpha n + 1000 beta k + U(0, J)</c>, with n the items and k
/// the requests already in the model when this one arrives.
/// </summary>
public sealed class SyntheticServiceTime : ServiceTime
{
    /// <summary>A synthetic model.</summary>
    /// <param name="delayMs">D: what every request takes, in milliseconds.</param>
    /// <param name="alpha">What every item adds, in seconds.</param>
    /// <param name="beta">What every request already inside adds, in seconds.</param>
    /// <param name="jitterMs">J: the largest of the evenly distributed extra, in milliseconds.</param>
    /// <exception cref="ArgumentOutOfRangeException">One is negative or not finite.</exception>
    public SyntheticServiceTime(double delayMs, double alpha, double beta, double jitterMs)
    {
        DelayMs = Checked.NonNegative(delayMs);
        Alpha = Checked.NonNegative(alpha);
        Beta = Checked.NonNegative(beta);
        JitterMs = Checked.NonNegative(jitterMs);
    }

    /// <summary>D, in milliseconds.</summary>
    public double DelayMs { get; }

    /// <summary>Seconds an item.</summary>
    public double Alpha { get; }

    /// <summary>Seconds a request already inside.</summary>
    public double Beta { get; }

    /// <summary>J, in milliseconds.</summary>
    public double JitterMs { get; }

    /// <inheritdoc/>
    public override ServerDiscipline Discipline => ServerDiscipline.Delay;

    /// <inheritdoc/>
    public override double DrawMs(int items, int inside, RequestChance chance) =>
        DelayMs + (1000 * Alpha * items) + (1000 * Beta * inside) + (JitterMs * chance.Uniform(0));

    /// <inheritdoc/>
    public override double MeanMs(int items, int inside) =>
        DelayMs + (1000 * Alpha * items) + (1000 * Beta * inside) + (JitterMs / 2);

    /// <inheritdoc/>
    public override double QuantileMs(int items, int inside, double probability) =>
        DelayMs + (1000 * Alpha * items) + (1000 * Beta * inside) + (JitterMs * probability);
}
