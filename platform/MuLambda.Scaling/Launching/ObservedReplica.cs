namespace MuLambda.Scaling;

/// <summary>One model in one executor, as it is.</summary>
/// <param name="Model">The model.</param>
/// <param name="State">What it does.</param>
/// <param name="Since">When it was given to the executor; for one that drains, when that began.</param>
/// <param name="Reason">Why it failed; null where it did not.</param>
public sealed record ObservedReplica(PlacedModel Model, ReplicaState State, DateTimeOffset Since, string? Reason = null);
