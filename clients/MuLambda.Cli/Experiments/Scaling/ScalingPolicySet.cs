using System.Collections.Concurrent;
using MuLambda.Scaling;
using MuLambda.Simulation.Scaling;

namespace MuLambda.Cli.Experiments.Scaling;

/// <summary>The policies of the experiment, as deployments get them where nothing else is said.</summary>
internal sealed class ScalingPolicySet
{
    /// <summary>The one that has as many replicas at any time as the peak needs.</summary>
    public const string Fixed = "fixed";

    private readonly ConcurrentDictionary<(ScaledModel Model, double PeakPerSecond), int> _provisions = new();

    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> Names { get; } = [ScalingAims.Challenger, "concurrency", "hpa", "reactive-latency", Fixed];

    /// <summary>Makes a policy.</summary>
    /// <param name="name">One of <see cref="Names"/>, or a name of <see cref="HandTuning"/>.</param>
    /// <param name="load">The requests that are to be answered.</param>
    public IScalingPolicy Create(string name, ScaledLoad load) => HandTuning.TargetOf(name) is { } target
        ? ScalingPolicies.Create(HandTuning.Policy, new Dictionary<string, double> { [HandTuning.Option] = target })
        : ScalingPolicies.Create(name, name == Fixed ? new Dictionary<string, double> { ["replicas"] = Provision(load) } : null);

    private int Provision(ScaledLoad load) => Math.Min(
        Catalog.Deployment.DefaultMax,
        _provisions.GetOrAdd((load.Model, load.PeakPerSecond), peak => PeakProvision.ReplicasFor(peak.Model, peak.PeakPerSecond)));
}
