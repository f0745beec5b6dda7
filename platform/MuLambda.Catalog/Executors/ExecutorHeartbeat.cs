namespace MuLambda.Catalog;

/// <summary>What renews an executor's lease.</summary>
/// <param name="State">What the executor is doing now.</param>
/// <param name="Load">Its load; null where it is not known.</param>
/// <param name="Reason">Why it is in that state; may be empty.</param>
public sealed record ExecutorHeartbeat(ExecutorState State, ExecutorLoad? Load = null, string? Reason = null);
