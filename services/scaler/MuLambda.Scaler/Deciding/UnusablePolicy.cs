using MuLambda.Scaling;

namespace MuLambda.Scaler.Deciding;

/// <summary>Stands in for a policy that cannot be made as the deployment states it: what there is stays, and everybody is told why.</summary>
/// <param name="reason">Why it cannot be made.</param>
internal sealed class UnusablePolicy(string reason) : IScalingPolicy
{
    public string Name => "unusable";

    public ScalingTarget Decide(ScalingSnapshot snapshot) => new(
        Math.Clamp(snapshot.Ready + snapshot.Starting, snapshot.Min, snapshot.Max),
        $"The number stays what it is, the policy cannot be used: {reason}",
        new Dictionary<string, double>());
}
