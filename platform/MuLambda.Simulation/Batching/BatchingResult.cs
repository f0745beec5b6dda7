namespace MuLambda.Simulation.Batching;

/// <summary>What came of a <see cref="BatchingScenario"/>.</summary>
/// <param name="Offered">Requests that came.</param>
/// <param name="Answered">Those that were answered.</param>
/// <param name="InTime">Those that were answered within the objective.</param>
/// <param name="Refused">Those that were refused; the others were not answered before the end.</param>
/// <param name="Batches">Batches that ran.</param>
/// <param name="MedianMs">The median latency of those answered, in milliseconds.</param>
/// <param name="P99Ms">Its 99th percentile.</param>
/// <param name="Seconds">The time that was counted.</param>
/// <param name="MostWaiting">The most requests that waited at a time.</param>
public sealed record BatchingResult(
    long Offered, long Answered, long InTime, long Refused, long Batches, double MedianMs, double P99Ms, double Seconds, int MostWaiting)
{
    /// <summary>Requests answered within the objective, a second.</summary>
    public double Goodput => InTime / Seconds;

    /// <summary>Requests answered, a second.</summary>
    public double Throughput => Answered / Seconds;

    /// <summary>The mean size of a batch.</summary>
    public double MeanBatch => Batches == 0 ? 0 : (double)Answered / Batches;
}
