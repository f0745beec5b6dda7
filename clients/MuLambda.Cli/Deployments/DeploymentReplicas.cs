using MuLambda.Catalog;

namespace MuLambda.Cli.Deployments;

/// <summary>A deployment and how many replicas it has.</summary>
/// <param name="Deployment">What is wanted.</param>
/// <param name="Ready">The executors launched for it that serve.</param>
/// <param name="Starting">Those that do not yet.</param>
internal sealed record DeploymentReplicas(Deployment Deployment, int Ready, int Starting)
{
    /// <summary>Counts the replicas of a deployment.</summary>
    public static DeploymentReplicas Of(Deployment deployment, IEnumerable<Executor> executors)
    {
        var launched = LaunchSteps.Of(deployment.Model, executors);
        return new DeploymentReplicas(
            deployment,
            launched.Count(executor => executor.State == ExecutorState.Ready),
            launched.Count(executor => executor.State is ExecutorState.Pending or ExecutorState.Loading));
    }
}
