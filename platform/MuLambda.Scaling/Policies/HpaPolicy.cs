using static System.FormattableString;

namespace MuLambda.Scaling;

/// <summary>
/// Kubernetes' HorizontalPodAutoscaler (autoscaling/v2) on utilization: <c>ceil(current * utilization / target)</c> unless the ratio is within the tolerance, at most what
/// its scaling policies allow in a period, and down only to the most that was recommended within a stabilization window. Source: Kubernetes
/// documentation, "Horizontal Pod Autoscaling", algorithm details and configurable scaling behavior.
/// </summary>
/// <remarks>
/// The utilization is that of the replicas: the share of their time in which they have something to run. Kubernetes remembers its recommendations; they
/// follow from the samples and decisions here.
/// </remarks>
internal sealed class HpaPolicy(PolicyOptions options) : IScalingPolicy
{
    public const string PolicyName = "hpa";

    private static readonly PolicyOption Target = new("target-utilization-percentage", 80, 1, 100, "The utilization of replicas that is aimed at.");
    private static readonly PolicyOption Tolerance = new("tolerance", 0.1, 0, 1, "How far from 1 the ratio may be without a change.");
    private static readonly PolicyOption SyncPeriod = new("sync-period-seconds", 15, 1, 300, "How often it decides, and over how long utilization is averaged.");

    private static readonly PolicyOption DownWindow = new(
        "scale-down-stabilization-seconds", 300, 0, 900, "The window of which the highest recommendation holds on the way down.");

    private static readonly PolicyOption UpWindow = new(
        "scale-up-stabilization-seconds", 0, 0, 900, "The window of which the lowest recommendation holds on the way up.");

    private static readonly PolicyOption UpPercent = new("scale-up-percent", 100, 0, 1000, "The replicas that may be added in a period, as a share.");
    private static readonly PolicyOption UpPods = new("scale-up-pods", 4, 0, 1000, "The replicas that may be added in a period, where that is more.");
    private static readonly PolicyOption DownPercent = new("scale-down-percent", 100, 0, 100, "The replicas that may be removed in a period, as a share.");
    private static readonly PolicyOption Period = new("period-seconds", 15, 1, 900, "The period of these three.");

    private readonly double _target = options[Target] / 100;
    private readonly double _tolerance = options[Tolerance];
    private readonly double _syncMs = options.Ms(SyncPeriod);
    private readonly double _downMs = options.Ms(DownWindow);
    private readonly double _upMs = options.Ms(UpWindow);
    private readonly double _upShare = options[UpPercent] / 100;
    private readonly double _upPods = options[UpPods];
    private readonly double _downShare = options[DownPercent] / 100;
    private readonly double _periodMs = options.Ms(Period);

    public static IReadOnlyList<PolicyOption> Options { get; } =
        [Target, Tolerance, SyncPeriod, DownWindow, UpWindow, UpPercent, UpPods, DownPercent, Period];

    public string Name => PolicyName;

    public ScalingTarget Decide(ScalingSnapshot snapshot)
    {
        var history = snapshot.History;

        // It does not scale to zero.
        var min = Math.Max(1, snapshot.Min);
        var max = Math.Max(min, snapshot.Max);
        var current = Math.Clamp(snapshot.Current(), min, max);
        if (!snapshot.IsKnown())
        {
            return snapshot.Unknown(current);
        }

        var sync = Math.Floor(snapshot.NowMs / _syncMs) * _syncMs;
        var nextSyncMs = sync + _syncMs - snapshot.NowMs;
        var inputs = new DecisionInputs { ["current"] = current, ["ready"] = snapshot.Ready };
        if (history.Decisions == 0)
        {
            return Decided(current, "The deployment is new.");
        }

        if (history.Decision(0).AtMs >= sync)
        {
            return Decided(current, "It decides again at the next synchronization.");
        }

        var now = Recommend(snapshot, sync, min, max);
        inputs["utilization"] = now.Utilization;
        inputs["ratio"] = now.Ratio;
        inputs["recommended"] = now.Replicas;
        var reason = now.Reason;
        double desired = now.Replicas;
        if (desired < current)
        {
            // Newer than the window, as Kubernetes compares; what came before the reports is not known and counts as what there was.
            for (var at = sync - _syncMs; at > sync - _downMs; at -= _syncMs)
            {
                desired = Math.Max(desired, at > history.BeginMs ? Recommend(snapshot, at, min, max).Replicas : current);
            }

            desired = Math.Min(desired, current);
            var removed = ChangedIn(history, sync, static change => change.Before - change.After);
            desired = Math.Max(desired, Math.Min(current, Math.Floor((current + removed) * (1 - _downShare))));
        }
        else if (desired > current)
        {
            for (var at = sync - _syncMs; at > sync - _upMs; at -= _syncMs)
            {
                desired = Math.Min(desired, at > history.BeginMs ? Recommend(snapshot, at, min, max).Replicas : current);
            }

            desired = Math.Max(desired, current);
            var before = current - ChangedIn(history, sync, static change => change.After - change.Before);
            desired = Math.Min(desired, Math.Max(current, Math.Max(Math.Ceiling(before * (1 + _upShare)), before + _upPods)));
        }

        if (desired != now.Replicas)
        {
            reason = desired < now.Replicas
                ? Invariant($"{reason} Only so many may be added in {Text.Time(_periodMs)}.")
                : Invariant($"{reason} More was recommended within {Text.Time(_downMs)}.");
        }

        return Decided(desired, reason);

        ScalingTarget Decided(double replicas, string because) => new((int)Math.Clamp(replicas, min, max), because, inputs, nextSyncMs);
    }

    private double ChangedIn(DemandHistory history, double sync, Func<ReplicaChange, int> change)
    {
        var sum = 0;
        for (var age = 0; age < history.Changes && history.Change(age).AtMs > sync - _periodMs; age++)
        {
            sum += Math.Max(0, change(history.Change(age)));
        }

        return sum;
    }

    // What the metric says at a synchronization, before any limit.
    private Recommendation Recommend(ScalingSnapshot snapshot, double sync, int min, int max)
    {
        var history = snapshot.History;
        var age = history.AgeAt(sync);
        var current = Math.Clamp(history.ReplicasBefore(sync, snapshot.Ready + snapshot.Starting), min, max);
        var ready = age < history.Count ? history[age].Replicas : 0;
        var window = history.Window(sync - _syncMs, sync);
        if (ready == 0 || window.ReplicaMs <= 0)
        {
            return new Recommendation(current, double.NaN, double.NaN, "No replica is ready whose utilization could be measured.");
        }

        var unready = Math.Max(0, current - ready);
        var ratio = window.Utilization / _target;
        var reason = Invariant($"Replicas are busy {Text.Share(window.Utilization)} of the time, for a target of {Text.Share(_target)}.");
        if (ratio > 1 && unready > 0)
        {
            // On the way up those that are not ready count as idle; where that turns the direction nothing happens.
            var dampened = ratio * ready / current;
            var replicas = Math.Ceiling(Math.Round(dampened * current, 9));
            return dampened <= 1 + _tolerance || replicas < current
                ? new Recommendation(current, window.Utilization, ratio, Invariant($"{reason} {Text.Count(unready, "replica")} that start{(unready == 1 ? "s is" : " are")} enough for it."))
                : new Recommendation(replicas, window.Utilization, ratio, reason);
        }

        return Math.Abs(1 - ratio) <= _tolerance
            ? new Recommendation(current, window.Utilization, ratio, Invariant($"{reason} That is within the tolerance."))
            : new Recommendation(Math.Ceiling(Math.Round(ratio * ready, 9)), window.Utilization, ratio, reason);
    }

    private readonly record struct Recommendation(double Replicas, double Utilization, double Ratio, string Reason);
}
