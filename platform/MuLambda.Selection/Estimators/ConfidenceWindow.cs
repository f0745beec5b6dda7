namespace MuLambda.Selection;

/// <summary>The mean of the last confidences a model answered with, as the published policy uses it for accuracy.</summary>
public sealed class ConfidenceWindow
{
    /// <summary>How many confidences count.</summary>
    public const int Length = 10;

    private readonly Lock _gate = new();
    private readonly double[] _last = new double[Length];
    private long _count;
    private double _mean = double.NaN;

    /// <summary>The mean; <see cref="double.NaN"/> before the first answer.</summary>
    public double Mean => Volatile.Read(ref _mean);

    /// <summary>Takes a confidence in.</summary>
    /// <param name="confidence">From 0 to 1; anything else is ignored.</param>
    public void Observe(double confidence)
    {
        if (!(confidence is >= 0 and <= 1))
        {
            return;
        }

        lock (_gate)
        {
            _last[_count++ % Length] = confidence;
            var count = (int)Math.Min(_count, Length);
            var sum = 0.0;
            for (var i = 0; i < count; i++)
            {
                sum += _last[i];
            }

            Volatile.Write(ref _mean, sum / count);
        }
    }
}
