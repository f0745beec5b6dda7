using MuLambda.Scaling;

namespace MuLambda.Simulation.Tests.Scaling;

/// <summary>Wants so many replicas from so many milliseconds on; remembers what it was told.</summary>
internal sealed class PlannedReplicas(params (double FromMs, int Replicas)[] plan) : IScalingPolicy
{
    public string Name => "planned";

    public List<ScalingSnapshot> Snapshots { get; } = [];

    /// <summary>The samples that were new at each decision.</summary>
    public List<DemandSample> Samples { get; } = [];

    public ScalingTarget Decide(ScalingSnapshot snapshot)
    {
        Snapshots.Add(snapshot);
        if (snapshot.History.Count > 0 && (Samples.Count == 0 || Samples[^1].EndMs < snapshot.History[0].EndMs))
        {
            Samples.Add(snapshot.History[0]);
        }

        return new ScalingTarget(
            plan.LastOrDefault(step => step.FromMs <= snapshot.NowMs).Replicas, "as planned", new Dictionary<string, double>());
    }
}
