using static System.FormattableString;

namespace MuLambda.Scaling;

/// <summary>
/// A threshold on the 95th percentile of latencies, as alarms of cloud providers scale ("step scaling"): above the target some more, far below it one less,
/// each followed by a time in which nothing happens.
/// </summary>
internal sealed class ReactiveLatencyPolicy(PolicyOptions options) : IScalingPolicy
{
    public const string PolicyName = "reactive-latency";

    private static readonly PolicyOption Target = new(
        "target-ms", 0, 0, 3_600_000, "The latency that the 95th percentile is held against; 0 for the clients' objective.");

    private static readonly PolicyOption Step = new("step", 1, 1, 1000, "How many replicas are added at a time.");
    private static readonly PolicyOption Factor = new("factor", 1, 1, 10, "What the replicas are multiplied by at a time, where that is more than the step.");
    private static readonly PolicyOption Low = new("low", 0.5, 0, 1, "The share of the target below which one replica is removed.");
    private static readonly PolicyOption UpCooldown = new("up-cooldown-seconds", 15, 0, 900, "How long after a change none is added.");
    private static readonly PolicyOption DownCooldown = new("down-cooldown-seconds", 60, 0, 900, "How long after a change none is removed.");

    private readonly double _targetMs = options[Target];
    private readonly int _step = options.Whole(Step);
    private readonly double _factor = options[Factor];
    private readonly double _low = options[Low];
    private readonly double _upMs = options.Ms(UpCooldown);
    private readonly double _downMs = options.Ms(DownCooldown);

    public static IReadOnlyList<PolicyOption> Options { get; } = [Target, Step, Factor, Low, UpCooldown, DownCooldown];

    public string Name => PolicyName;

    public ScalingTarget Decide(ScalingSnapshot snapshot)
    {
        var current = snapshot.Current();
        if (!snapshot.IsKnown())
        {
            return snapshot.Unknown(current);
        }

        var history = snapshot.History;
        ref readonly var last = ref history[0];
        var targetMs = _targetMs > 0 ? _targetMs : snapshot.TargetMs ?? double.NaN;
        var idleMs = snapshot.NowMs - history.LastBusyMs;
        var changedMs = history.Changes > 0 ? history.Change(0).AtMs
            : history.Decisions > 0 ? history.Decision(history.Decisions - 1).AtMs
            : double.NegativeInfinity;
        var sinceMs = snapshot.NowMs - changedMs;
        var inputs = new DecisionInputs
        {
            ["p95Ms"] = last.P95Ms, ["targetMs"] = targetMs, ["sinceChangeMs"] = sinceMs, ["current"] = current,
        };
        if (current == 0)
        {
            return last.Waiting > 0 || last.Requests > 0
                ? Decided(1, Invariant($"{Text.Count(Math.Max(last.Waiting, last.Requests), "request")} came while there was no replica."))
                : Decided(0, "There is no request.");
        }

        if (idleMs >= snapshot.KeepWarmMs && current == 1)
        {
            return Decided(0, Invariant($"There was no request for {Text.Time(idleMs)}."));
        }

        if (last.P95Ms > targetMs)
        {
            var more = Math.Max(current + _step, (int)Math.Ceiling(current * _factor));
            return sinceMs >= _upMs
                ? Decided(more, Invariant($"95 % took up to {Text.Time(last.P95Ms)}, more than {Text.Time(targetMs)}."))
                : Decided(current, Invariant($"95 % took up to {Text.Time(last.P95Ms)}, more than {Text.Time(targetMs)}, but the last change was only {Text.Time(sinceMs)} ago."));
        }

        // Where nothing is answered there is no latency; without requests one replica less is right all the same.
        var quiet = last.P95Ms < _low * targetMs || (double.IsNaN(last.P95Ms) && idleMs >= _downMs);
        return quiet && current > 1 && sinceMs >= _downMs && history.Decisions > 0
            ? Decided(current - 1, double.IsNaN(last.P95Ms)
                ? Invariant($"Nothing was answered lately.")
                : Invariant($"95 % took at most {Text.Time(last.P95Ms)}, less than {Text.Share(_low)} of {Text.Time(targetMs)}."))
            : Decided(current, double.IsNaN(targetMs)
                ? "No client has an objective, so there is no latency to hold it against."
                : Invariant($"95 % took up to {Text.Time(last.P95Ms)}, which is within {Text.Time(targetMs)}."));

        ScalingTarget Decided(int replicas, string reason) => new(snapshot.Bounded(replicas), reason, inputs);
    }
}
