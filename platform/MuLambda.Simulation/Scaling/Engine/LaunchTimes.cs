namespace MuLambda.Simulation.Scaling;

/// <summary>What launches took lately.</summary>
internal sealed class LaunchTimes
{
    private const int Remembered = 16;

    private readonly Queue<double> _times = new();

    /// <summary>Their median, in milliseconds; 0 where there was none.</summary>
    public double MedianMs { get; private set; }

    public void Add(double tookMs)
    {
        _times.Enqueue(tookMs);
        if (_times.Count > Remembered)
        {
            _times.Dequeue();
        }

        MedianMs = _times.Order().ElementAt(_times.Count / 2);
    }
}
