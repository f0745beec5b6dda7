namespace MuLambda.Batching;

/// <summary><c>none</c>: every request leaves at once and alone.</summary>
public sealed class NoBatching : IBatchPolicy
{
    /// <inheritdoc/>
    public string Name => "none";

    /// <inheritdoc/>
    public bool RefusesEarly => false;

    /// <inheritdoc/>
    public int MaxInFlight => int.MaxValue;

    /// <inheritdoc/>
    public BatchPlan Plan(in BatcherView queue) => new(0, int.MaxValue, double.PositiveInfinity, MaxRequests: 1);

    /// <inheritdoc/>
    public void Completed(in Batch batch, double tookMs, double targetMs)
    {
    }
}
