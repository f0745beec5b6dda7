namespace MuLambda.Simulation;

/// <summary>Something that happens at a time.</summary>
/// <param name="AtMs">When, in milliseconds since the run's begin.</param>
/// <param name="Order">Of events at one time the smaller comes first; its low byte is the kind.</param>
/// <param name="A">What the kind makes of it.</param>
/// <param name="B">What the kind makes of it.</param>
internal readonly record struct SimEvent(double AtMs, ulong Order, int A, int B)
{
    public EventKind Kind => (EventKind)(Order & 0xFF);
}
