namespace MuLambda.Simulation.Scaling;

/// <summary>An event.</summary>
/// <param name="Kind">What happens.</param>
/// <param name="Fleet">To which deployment; null for all.</param>
/// <param name="Replica">At which replica.</param>
/// <param name="Running">With which batch.</param>
internal readonly record struct ScalingEvent(ScalingEventKind Kind, Fleet? Fleet, Replica? Replica = null, RunningBatch? Running = null);
