using MuLambda.Catalog;
using MuLambda.Scaler.Demand;
using MuLambda.Scaling;

namespace MuLambda.Scaler.Deciding;

/// <summary>Decides on one deployment: gives its policy what is known, and keeps what it must not do without being sure from being done. Not for concurrent use.</summary>
/// <param name="create">Makes a policy by a deployment's name and options.</param>
/// <param name="backoff">How its launches fare.</param>
internal sealed class DeploymentController(Func<Deployment, IScalingPolicy> create, LaunchBackoff backoff)
{
    private const double DefaultProbability = 0.99;

    private readonly DemandHistory _history = new();
    private Deployment? _deployment;
    private IScalingPolicy? _policy;
    private int? _decided;
    private int _ready;
    private int _starting;

    /// <summary>How its launches fare.</summary>
    public LaunchBackoff Backoff => backoff;

    /// <summary>What was decided last; null before the first time.</summary>
    public ScalingTarget? Target { get; private set; }

    /// <summary>Decides.</summary>
    /// <param name="deployment">The deployment as it is registered.</param>
    /// <param name="facts">What is known.</param>
    /// <returns>The decision where it differs from the one before; null where it does not.</returns>
    public ScalingDecision? Decide(Deployment deployment, DeploymentFacts facts)
    {
        if (_policy is null || !IsSame(_deployment!, deployment))
        {
            (_policy, _deployment) = (create(deployment), deployment);
        }

        (_ready, _starting) = (facts.Ready, facts.Starting);
        var sample = facts.Demand.Sample;

        // That a silent selector has no demand is not known; what another one reports is there all the same.
        if (facts.IsDemandKnown || sample.Requests > 0 || sample.Waiting > 0 || sample.InFlight > 0)
        {
            _history.Add(sample);
        }

        var target = _policy.Decide(new ScalingSnapshot
        {
            NowMs = sample.EndMs,
            Min = deployment.Min,
            Max = deployment.Max,
            Ready = facts.Ready,
            Starting = facts.Starting,
            History = _history,
            KeepWarmMs = deployment.KeepWarmSeconds * 1000,
            Service = facts.Demand.Service,
            TargetMs = facts.Demand.TargetMs,
            Probability = facts.Demand.Probability ?? DefaultProbability,
            BurnRate = facts.BurnRate,
            ColdStartMs = facts.ColdStartMs,
        });
        var replicas = Math.Clamp(target.Replicas, deployment.Min, deployment.Max);
        var there = Math.Min(deployment.Max, Math.Max(facts.Ready + facts.Starting, _decided ?? 0));
        if (!facts.IsDemandKnown && replicas < there)
        {
            target = target with { Reason = "A selector's demand is not known; nothing is scaled down on missing data." };
            replicas = there;
        }

        Target = target = target with { Replicas = replicas };
        _history.Decided(sample.EndMs, replicas);
        if (_decided == replicas)
        {
            return null;
        }

        _decided = replicas;
        return Decision(deployment, facts.Now, target.Reason, target.Inputs);
    }

    /// <summary>The record of a launch that failed.</summary>
    public ScalingDecision Failed(Deployment deployment, string reason, DateTimeOffset now) => Decision(
        deployment,
        now,
        $"A launch failed: {reason}",
        new Dictionary<string, double>
        {
            ["launch_failures"] = backoff.Failures,
            ["backoff_seconds"] = Math.Round(Math.Max(0, (backoff.NotBefore - now).TotalSeconds), 3),
        });

    private ScalingDecision Decision(
        Deployment deployment, DateTimeOffset now, string reason, IReadOnlyDictionary<string, double> inputs) => new(
            deployment.Model, 0, now, _ready, _starting, _decided ?? 0, deployment.Policy, reason,

            // JSON has no infinities, and a policy may well look at one.
            inputs.Where(input => double.IsFinite(input.Value)).ToDictionary(StringComparer.Ordinal));

    private static bool IsSame(Deployment one, Deployment other) =>
        one.Policy == other.Policy && (one.Options ?? Empty).Count == (other.Options ?? Empty).Count && !(one.Options ?? Empty).Except(other.Options ?? Empty).Any();

    private static IReadOnlyDictionary<string, double> Empty { get; } = new Dictionary<string, double>();
}
