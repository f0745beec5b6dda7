namespace MuLambda.Batching;

/// <summary>What the policies are told. The default one needs none of it.</summary>
/// <param name="FixedItems">Of <c>fixed</c>: examples in a batch.</param>
/// <param name="FixedTimeoutMs">Of <c>fixed</c>: how long the first request waits for others, in milliseconds.</param>
/// <param name="FixedInFlight">Of <c>fixed</c>: batches at a time.</param>
/// <param name="MaxInFlight">Of <c>adaptive</c>: the most batches at a time.</param>
public sealed record BatchPolicyOptions(
    int FixedItems = 32, double FixedTimeoutMs = 2, int FixedInFlight = 2, int MaxInFlight = BatchServiceTime.MostInFlight);
