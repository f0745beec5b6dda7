using MuLambda.Catalog;
using MuLambda.Cli.Deployments;

namespace MuLambda.Cli.Executors;

/// <summary>How far a deployment's launch is, as the catalog tells it.</summary>
/// <param name="Executors">The executors launched for the version that is wanted, where it is wanted.</param>
/// <param name="Ready">Those of them that serve it.</param>
/// <param name="HasScaler">Whether a scaler leads; without one nothing is launched.</param>
internal sealed record LaunchView(IReadOnlyList<Executor> Executors, int Ready, bool HasScaler)
{
    /// <summary>Looks a deployment up in the catalog.</summary>
    public static LaunchView Of(CatalogSnapshot catalog, Deployment deployment)
    {
        var version = deployment.Version ?? catalog.Models.Values
            .Where(model => model.Name == deployment.Model).Select(model => (long?)model.Version).Max();
        var executors = LaunchSteps.Of(deployment.Model, catalog.Executors.Values)
            .Where(executor => executor.Models.All(model => model.Name != deployment.Model || model.Version == version)
                && (deployment.Node is null || executor.Node == deployment.Node))
            .ToList();

        // One that several models share may serve others before it has loaded this one.
        var ready = executors.Count(executor =>
            executor.State == ExecutorState.Ready && executor.Models.Any(model => model.Name == deployment.Model));
        return new LaunchView(executors, ready, catalog.Leaderships.ContainsKey(LeadershipHeader.Scaler));
    }
}
