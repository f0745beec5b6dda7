namespace MuLambda.Scaler.Deciding;

/// <summary>How long launches of a model took until they served, as measured. Not for concurrent use.</summary>
internal sealed class ColdStarts
{
    // As many as a policy's estimate is good for after a machine or a model has changed.
    private const int Remembered = 20;
    private const double Share = 0.9;

    private readonly Dictionary<string, Queue<double>> _taken = new(StringComparer.Ordinal);

    public void Add(string model, double milliseconds)
    {
        if (!_taken.TryGetValue(model, out var taken))
        {
            _taken.Add(model, taken = new Queue<double>());
        }

        taken.Enqueue(milliseconds);
        if (taken.Count > Remembered)
        {
            taken.Dequeue();
        }
    }

    /// <summary>The time, in milliseconds, within which nine of ten of the last launches served; 0 while nothing is known.</summary>
    public double Of(string model)
    {
        if (!_taken.TryGetValue(model, out var taken))
        {
            return 0;
        }

        var sorted = taken.Order().ToList();
        return sorted[(int)Math.Ceiling(Share * sorted.Count) - 1];
    }
}
