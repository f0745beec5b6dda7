namespace MuLambda.Benchmarks.Batching;

/// <summary>What was found of an executor before it was put under load.</summary>
/// <param name="Name">The model, or the simulated executor.</param>
/// <param name="CapacityPerSecond">Requests a second that it answers without batches.</param>
/// <param name="MedianMs">The median latency without batches, in milliseconds.</param>
/// <param name="SloMs">The objective, in milliseconds; in virtual time also every request's deadline.</param>
/// <param name="Saturated">What a closed loop of many callers without a deadline gets, by setting.</param>
internal sealed record BatchingServer(
    string Name, double CapacityPerSecond, double MedianMs, double SloMs, IReadOnlyDictionary<string, Saturation> Saturated);
