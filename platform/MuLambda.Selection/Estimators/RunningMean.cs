namespace MuLambda.Selection;

/// <summary>Mean and variance of the last values, the older the less (West 1979, with exponential forgetting).</summary>
internal struct RunningMean(double memory)
{
    private readonly double _keep = 1 - (1 / memory);
    private double _squares;

    /// <summary>The weight of what was seen: the number of values until forgetting sets in.</summary>
    public double Weight { get; private set; }

    /// <summary>The mean; 0 before the first value.</summary>
    public double Mean { get; private set; }

    /// <summary>Takes a value in.</summary>
    public void Observe(double value)
    {
        Weight = (Weight * _keep) + 1;
        var difference = value - Mean;
        Mean += difference / Weight;
        _squares = (_squares * _keep) + (difference * (value - Mean));
    }

    /// <summary>The variance of the values, which a guess stands in for as long as there are few.</summary>
    /// <param name="guess">The variance supposed.</param>
    /// <param name="strength">The number of values that the guess counts for.</param>
    public readonly double Variance(double guess, double strength) => (_squares + (guess * strength)) / (Weight + strength);
}
