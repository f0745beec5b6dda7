using MuLambda.Scaling;

namespace MuLambda.Simulation.Tests.Scaling;

/// <summary>One replica from the first request on.</summary>
internal sealed class ReplicasOnDemand : IScalingPolicy
{
    public string Name => "on-demand";

    public ScalingTarget Decide(ScalingSnapshot snapshot) => new(
        double.IsFinite(snapshot.History.LastRequestMs) ? 1 : 0, "somebody came", new Dictionary<string, double>());
}
