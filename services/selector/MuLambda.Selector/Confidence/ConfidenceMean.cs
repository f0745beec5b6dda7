namespace MuLambda.Selector;

/// <summary>The mean of the examples' confidences; none as soon as one of them is no number from 0 to 1.</summary>
internal struct ConfidenceMean
{
    // What float32 arithmetic may add to a probability of 1.
    private const double Largest = 1.0001;

    private double _sum;
    private int _count;
    private bool _invalid;

    public readonly double? Value => _invalid || _count == 0 ? null : _sum / _count;

    public static bool IsProbability(double value) => value is >= 0 and <= Largest;

    public void Add(double confidence)
    {
        _invalid |= !IsProbability(confidence);
        _sum += Math.Min(1, confidence);
        _count++;
    }

    /// <summary>Adds an example by the probabilities of its classes, of which the largest counts.</summary>
    public void AddLargest(ReadOnlySpan<float> probabilities)
    {
        var largest = 0f;
        foreach (var probability in probabilities)
        {
            _invalid |= !IsProbability(probability);
            largest = Math.Max(largest, probability);
        }

        Add(largest);
    }
}
