namespace MuLambda.Scaling;

/// <summary>Everything that reconciling depends on.</summary>
/// <param name="Now">The time.</param>
/// <param name="Desired">The deployments of this node.</param>
/// <param name="Executors">What was launched.</param>
/// <param name="MayRetire">False where it is not certain which deployments there are: then nothing that serves goes.</param>
/// <param name="MayPool">Whether the pool may be filled: not while its executors fail.</param>
public sealed record ReconcileInput(
    DateTimeOffset Now,
    IReadOnlyList<DesiredReplicas> Desired,
    IReadOnlyList<ObservedExecutor> Executors,
    bool MayRetire = true,
    bool MayPool = true);
