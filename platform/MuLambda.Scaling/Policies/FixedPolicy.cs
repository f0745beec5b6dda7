using static System.FormattableString;

namespace MuLambda.Scaling;

/// <summary>Always the same number.</summary>
internal sealed class FixedPolicy(PolicyOptions options) : IScalingPolicy
{
    public const string PolicyName = "fixed";

    private static readonly PolicyOption Number = new("replicas", 1, 0, 10_000, "How many replicas there are, within the deployment's min and max.");
    private readonly int _replicas = options.Whole(Number);

    public static IReadOnlyList<PolicyOption> Options { get; } = [Number];

    public string Name => PolicyName;

    public ScalingTarget Decide(ScalingSnapshot snapshot)
    {
        var replicas = snapshot.Bounded(_replicas);
        var reason = replicas == _replicas
            ? Invariant($"Always {Text.Count(replicas, "replica")}.")
            : Invariant($"Always {Text.Count(_replicas, "replica")}, but the bounds are {snapshot.Min} to {snapshot.Max}.");
        return new ScalingTarget(replicas, reason, new DecisionInputs { ["replicas"] = _replicas });
    }
}
