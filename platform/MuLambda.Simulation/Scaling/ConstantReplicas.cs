using MuLambda.Scaling;

namespace MuLambda.Simulation.Scaling;

/// <summary>As many replicas at any time: what a scenario is sized by.</summary>
/// <param name="replicas">How many.</param>
internal sealed class ConstantReplicas(int replicas) : IScalingPolicy
{
    private readonly ScalingTarget _target = new(replicas, "as many as ever", new Dictionary<string, double>());

    public string Name => "constant";

    public ScalingTarget Decide(ScalingSnapshot snapshot) => _target;
}
