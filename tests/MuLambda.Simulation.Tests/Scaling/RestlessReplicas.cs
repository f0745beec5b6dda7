using MuLambda.Scaling;

namespace MuLambda.Simulation.Tests.Scaling;

/// <summary>Another number of replicas at every decision, by chance and beyond every bound.</summary>
internal sealed class RestlessReplicas(long seed) : IScalingPolicy
{
    public string Name => "restless";

    public ScalingTarget Decide(ScalingSnapshot snapshot) => new(
        (int)(RequestChance.Of(seed, 0, 9, (long)snapshot.NowMs).Uniform(0) * 12) - 2, "any", new Dictionary<string, double>());
}
