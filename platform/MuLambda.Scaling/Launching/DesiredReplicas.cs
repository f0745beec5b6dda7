namespace MuLambda.Scaling;

/// <summary>How many replicas of a deployment there shall be.</summary>
/// <param name="Model">The model and the version that is wanted.</param>
/// <param name="Replicas">How many.</param>
/// <param name="MemoryBytes">What one takes, as estimated; null where the model is not known, and nothing can be launched.</param>
/// <param name="MayLaunch">Whether another may be launched here and now: after a failure not before the back-off is over.</param>
/// <param name="IsRetry">Whether the launches before failed: then one is tried at a time.</param>
public sealed record DesiredReplicas(
    PlacedModel Model, int Replicas, long? MemoryBytes, bool MayLaunch = true, bool IsRetry = false);
