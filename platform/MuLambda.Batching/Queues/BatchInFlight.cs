namespace MuLambda.Batching;

/// <summary>A batch that has left and is not answered.</summary>
/// <param name="Number">Which.</param>
/// <param name="Items">Its examples.</param>
/// <param name="ExpectedEndMs">When it is expected to be answered.</param>
/// <param name="TargetMs">The least time that one of its requests had to its deadline when it was queued.</param>
internal readonly record struct BatchInFlight(long Number, int Items, double ExpectedEndMs, double TargetMs);
