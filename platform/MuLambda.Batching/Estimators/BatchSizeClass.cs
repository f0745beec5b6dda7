namespace MuLambda.Batching;

/// <summary>What batches of about a size took, in the mean.</summary>
internal struct BatchSizeClass
{
    // Answers that it remembers, and by when half of what was learned is forgotten.
    private const double Memory = 24;
    private const double HalfLifeMs = 30_000;

    public double Weight { get; private set; }

    public double MeanItems { get; private set; }

    public double MeanMs { get; private set; }

    public double AtMs { get; private set; }

    public readonly double WeightAt(double nowMs) => Weight * Math.Pow(0.5, Math.Max(0, nowMs - AtMs) / HalfLifeMs);

    public readonly BatchSizeClass Times(double weight, double time, double nowMs)
    {
        var other = this;
        other.Weight *= weight;
        other.MeanMs *= time;
        other.AtMs = nowMs;
        return other;
    }

    public void Observe(int items, double tookMs, double nowMs)
    {
        // One pause of the machine is no property of the executor.
        var took = Weight >= 3 ? Math.Min(tookMs, 3 * MeanMs) : tookMs;
        Weight = Math.Min(Memory, WeightAt(nowMs) + 1);
        MeanItems += (items - MeanItems) / Weight;
        MeanMs += (took - MeanMs) / Weight;
        AtMs = nowMs;
    }
}
