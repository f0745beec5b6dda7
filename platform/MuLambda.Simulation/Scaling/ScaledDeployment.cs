using MuLambda.Catalog;
using MuLambda.Scaling;

namespace MuLambda.Simulation.Scaling;

/// <summary>A deployment and the requests that come for it, each of one example.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Model">The model.</param>
/// <param name="Arrivals">When requests come.</param>
/// <param name="Policy">Decides how many replicas there are.</param>
public sealed record ScaledDeployment(string Name, ScaledModel Model, ArrivalProcess Arrivals, IScalingPolicy Policy)
{
    /// <summary>The fewest replicas.</summary>
    public int Min { get; init; }

    /// <summary>The most replicas.</summary>
    public int Max { get; init; } = Deployment.DefaultMax;

    /// <summary>How long the last replica stays without a request at most, in milliseconds.</summary>
    public double KeepWarmMs { get; init; } = 1000 * Deployment.DefaultKeepWarmSeconds;
}
