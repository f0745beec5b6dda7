namespace MuLambda.Batching;

/// <summary>
/// <c>aimd</c>: one batch at a time, of what waits, up to a size that grows by one whenever a full batch met the latency objective and shrinks by a tenth
/// when one did not (Clipper; Crankshaw et al., NSDI 2017).
/// </summary>
/// <param name="increase">What a full batch within the objective adds to the size.</param>
/// <param name="decrease">What one beyond it multiplies the size by.</param>
public sealed class AimdBatching(double increase = 1, double decrease = 0.9) : IBatchPolicy
{
    private double _size = 1;

    /// <inheritdoc/>
    public string Name => "aimd";

    /// <inheritdoc/>
    public bool RefusesEarly => false;

    /// <inheritdoc/>
    public int MaxInFlight => 1;

    /// <inheritdoc/>
    public BatchPlan Plan(in BatcherView queue) =>
        queue.BatchesInFlight > 0 ? BatchPlan.Wait : BatchPlan.Send(Math.Min((int)_size, queue.MaxBatchItems));

    /// <inheritdoc/>
    public void Completed(in Batch batch, double tookMs, double targetMs)
    {
        if (tookMs > targetMs)
        {
            _size = Math.Max(1, _size * decrease);
        }
        else if (batch.Items >= (int)_size)
        {
            _size += increase;
        }
    }
}
