namespace MuLambda.Simulation.Scaling;

/// <summary>The events to come, in order of time and, at one time, of planning.</summary>
internal sealed class Agenda
{
    private readonly PriorityQueue<ScalingEvent, Place> _events = new();
    private long _planned;

    /// <summary>The time of the event taken last, in milliseconds.</summary>
    public double NowMs { get; private set; }

    public void Plan(double atMs, ScalingEvent what) => _events.Enqueue(what, new Place(Math.Max(atMs, NowMs), _planned++));

    public bool TryTake(out ScalingEvent next)
    {
        if (!_events.TryDequeue(out next, out var place))
        {
            return false;
        }

        NowMs = place.AtMs;
        return true;
    }

    private readonly record struct Place(double AtMs, long Number) : IComparable<Place>
    {
        public int CompareTo(Place other) => AtMs != other.AtMs ? AtMs.CompareTo(other.AtMs) : Number.CompareTo(other.Number);
    }
}
