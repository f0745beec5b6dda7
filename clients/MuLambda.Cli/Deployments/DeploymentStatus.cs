using MuLambda.Catalog;

namespace MuLambda.Cli.Deployments;

/// <summary>A deployment as it stands.</summary>
/// <param name="Deployment">What is wanted.</param>
/// <param name="Executors">The executors that were launched for it.</param>
/// <param name="Decision">The last decision on it; null where there is none or nobody asked.</param>
internal sealed record DeploymentStatus(
    Deployment Deployment, IReadOnlyList<Executor> Executors, ScalingDecision? Decision = null);
