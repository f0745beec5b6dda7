namespace MuLambda.Simulation.Coordinates;

/// <summary>
/// What a probe measures beyond the network's own round trip: a little always, a lot now and then (a Pareto tail of infinite variance),
/// and sometimes nothing at all.
/// </summary>
public sealed record JitterModel
{
    /// <summary>Every probe measures exactly the round trip.</summary>
    public static JitterModel None { get; } = new() { UsualShare = 0, UsualMs = 0, SlowShare = 0, LostShare = 0 };

    /// <summary>The usual queueing as a share of the round trip, the mean of an exponential distribution.</summary>
    public double UsualShare { get; init; } = 0.02;

    /// <summary>The usual delay of both machines in milliseconds, the mean of an exponential distribution.</summary>
    public double UsualMs { get; init; } = 0.2;

    /// <summary>The share of probes that a full queue or a busy machine delays.</summary>
    public double SlowShare { get; init; } = 0.1;

    /// <summary>The least such a delay, in milliseconds.</summary>
    public double SlowMs { get; init; } = 5;

    /// <summary>The exponent of the tail; below 2 the variance is infinite.</summary>
    public double TailExponent { get; init; } = 1.3;

    /// <summary>The share of probes that bring nothing.</summary>
    public double LostShare { get; init; } = 0.01;

    /// <summary>Probes once.</summary>
    /// <param name="roundTripMs">The network's own round trip, in milliseconds.</param>
    /// <param name="random">Where chance comes from.</param>
    /// <returns>What is measured, in milliseconds; NaN for a probe that is lost.</returns>
    public double Measure(double roundTripMs, Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        if (random.NextDouble() < LostShare)
        {
            return double.NaN;
        }

        var usual = -Math.Log(1 - random.NextDouble());
        var slow = random.NextDouble() < SlowShare ? SlowMs * Math.Pow(1 - random.NextDouble(), -1 / TailExponent) : 0;
        return roundTripMs + (usual * ((UsualShare * roundTripMs) + UsualMs)) + slow;
    }
}
