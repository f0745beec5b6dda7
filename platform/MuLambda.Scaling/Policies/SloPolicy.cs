using static System.FormattableString;

namespace MuLambda.Scaling;

/// <summary>
/// The smallest number of replicas that meets the latency target with the wanted probability, for what comes now and for what may come while a replica starts. Up at
/// once; down to the most that was needed within a window that follows from how long a start takes and how much arrivals vary; to zero and back by the idle times
/// learned. Formulas and sources: docs/scaling.md.
/// </summary>
internal sealed partial class SloPolicy(PolicyOptions options) : IScalingPolicy
{
    public const string PolicyName = "slo";

    private static readonly PolicyOption MaxWindow = new(
        "max-stabilization-seconds", 300, 10, 900, "The longest time for which replicas that were needed stay; the time itself follows from starts and arrivals.");

    private static readonly PolicyOption LearnIdle = new(
        "learn-idle-times", 1, 0, 1, "Whether the idle times seen decide when the last replica goes and comes back (1), or only how long it is kept warm (0).");

    private static readonly PolicyOption IdleHead = new("idle-head-percentile", 5, 0, 50, "The percentile of idle times before which a replica is there again.");
    private static readonly PolicyOption IdleTail = new("idle-tail-percentile", 99, 50, 100, "The percentile of idle times until which it then waits.");
    private static readonly PolicyOption IdleMargin = new("idle-margin-percentage", 10, 0, 50, "How much earlier and later than these, where nine idle times or more are known; more where fewer are.");

    // While no start was measured.
    private const double UnknownStartMs = 5_000;

    // A replica that has to come back after so many starts' time has spent at most a tenth of its time starting.
    private const double WindowStarts = 10;
    private const double ShortestWindowMs = 60_000;

    // By how much more than the rate those that come or stay hold: what a few seconds' figures scatter by, and what the model promises too much of queues that refuse
    // early, try several batches at a time and have to learn, most where a batch costs much whatever is in it.
    private const double Tolerance = 0.25;

    // Without an objective: the batch that runs when a request comes, its own, and one more's time for chance.
    private const double BatchesWithoutObjective = 3;
    private const double ItemsWindowMs = 60_000;

    private readonly double _maxWindowMs = options.Ms(MaxWindow);
    private readonly bool _learns = options.Whole(LearnIdle) == 1;
    private readonly IdleShares _shares = new(options[IdleHead] / 100, options[IdleTail] / 100, options[IdleMargin] / 100);

    public static IReadOnlyList<PolicyOption> Options { get; } = [MaxWindow, LearnIdle, IdleHead, IdleTail, IdleMargin];

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
        var startMs = (snapshot.ColdStartMs > 0 ? snapshot.ColdStartMs : UnknownStartMs) + last.LengthMs;
        var draft = new Draft(snapshot, current, startMs);
        if (snapshot.Service is { } service)
        {
            Model(draft, service);
        }
        else
        {
            Guess(draft);
        }

        Attain(draft);
        if (history.LastBusyMs == last.EndMs)
        {
            Begin(draft);
        }
        else if (snapshot.NowMs - history.LastBusyMs >= DemandHistory.ReturnAfterIdleMs)
        {
            // What is left of the rate in its window is no reason for a replica; the idle times decide.
            draft.Wanted = 0;
        }

        return draft.Wanted > current && snapshot.Bounded(draft.Wanted) > current
            ? draft.Decided(draft.Wanted)
            : Hold(draft);
    }

    // What comes now, and what may come, by the model.
    private static void Model(Draft draft, ServiceCurve service)
    {
        var snapshot = draft.Snapshot;
        var history = snapshot.History;
        ref readonly var last = ref history[0];
        var dispersion = history.Variability.Dispersion;
        var lately = history.Window(snapshot.NowMs - ItemsWindowMs, snapshot.NowMs);
        var items = lately.Requests > 0 ? lately.Items / lately.Requests : 1;
        var model = new LatencyModel(service, items, snapshot.TargetMs ?? double.PositiveInfinity, snapshot.Probability, dispersion);
        var wantedMs = snapshot.TargetMs;
        if (wantedMs is null || !model.IsFeasible)
        {
            model = new LatencyModel(service, items, BatchesWithoutObjective * model.AloneMs, snapshot.Probability, dispersion);
        }

        var rate = history.Rate(0);
        var needed = model.Replicas(rate, snapshot.Max);
        var headroom = Math.Max(Headroom(draft, rate), Jump(history, dispersion));
        var safe = model.Replicas(rate + headroom, snapshot.Max);
        if (safe > draft.Current)
        {
            // As many as will then stay: else what a few seconds' figures scatter by asks for the next one while these start.
            safe = model.Replicas(((1 + Tolerance) * rate) + headroom, snapshot.Max);
        }

        draft.Model = model;
        draft.Wanted = Math.Min(safe, snapshot.Max);
        draft.Reason = rate <= 0
            ? "There is no request"
            : Invariant($"{Text.Rate(rate)} need {Count(needed)} to answer {Text.Share(snapshot.Probability)} within {Text.Time(model.TargetMs)}");
        if (wantedMs is null && rate > 0)
        {
            draft.Reason += Invariant($" ({BatchesWithoutObjective:0} times what a batch takes, as no client has an objective)");
        }
        else if (wantedMs < model.AloneMs)
        {
            draft.Reason += Invariant($" ({Text.Time(wantedMs.Value)} is met by no number of replicas, as one request alone takes up to {Text.Time(model.AloneMs)})");
        }

        if (safe > needed && safe <= snapshot.Max)
        {
            draft.Reason += Invariant($"; {safe - needed} more for what may come in the {Text.Time(draft.StartMs)} that a start takes");
        }

        draft.Put("ratePerSecond", rate * 1000);
        draft.Put("headroomPerSecond", headroom * 1000);
        draft.Put("dispersion", dispersion);
        draft.Put("variability", history.Variability.Factor(draft.StartMs));
        draft.Put("itemsPerRequest", items);
        draft.Put("requestsPerSecondOfReplica", model.RequestsPerMs * 1000);
        draft.Put("targetMs", model.TargetMs);
        draft.Put("probability", snapshot.Probability);
        draft.Put("neededReplicas", needed);

        // Of what waits, that which is still there when a replica more could be ready; without any, all that comes until then waits too.
        var spare = (model.RequestsPerMs * snapshot.Ready) - rate;
        var left = snapshot.Ready == 0 ? last.Waiting + (rate * draft.StartMs) : Math.Min(last.Waiting, Math.Max(0, last.Waiting - (spare * draft.StartMs)));
        if (last.Waiting > 0 && left > 0)
        {
            var forBacklog = (int)Math.Min(snapshot.Max + 1, Math.Ceiling((rate + (left / Math.Max(model.TargetMs, last.LengthMs))) / model.RequestsPerMs));
            draft.Put("backlogRequests", left);
            if (forBacklog > draft.Wanted)
            {
                draft.Reason += Invariant($"; {Count(Math.Min(forBacklog, snapshot.Max))} in all so that the {Text.Count(Math.Ceiling(left), "request")} waiting by then are soon answered");
                draft.Wanted = forBacklog;
            }
        }

        if (Math.Max(safe, draft.Wanted) > snapshot.Max)
        {
            draft.Reason += safe > needed && needed <= snapshot.Max
                ? Invariant($"; what may come in the {Text.Time(draft.StartMs)} that a start takes needs more than the {snapshot.Max} allowed")
                : Invariant($"; that is more than the {snapshot.Max} allowed");
        }

        string Count(int replicas) => replicas > snapshot.Max ? Invariant($"more than {Text.Count(snapshot.Max, "replica")}") : Text.Count(replicas, "replica");
    }

    // What comes above the rate in all but the wanted share of times as long as a start; the part of a Poisson process is in the model already.
    private static double Headroom(Draft draft, double rate)
    {
        var rise = draft.Snapshot.History.Variability.Rise(draft.StartMs, draft.Snapshot.Probability) - NormalDistribution.Quantile(draft.Snapshot.Probability);
        return Math.Max(0, rise) * Math.Sqrt(2 * rate / draft.StartMs);
    }

    // Nothing is known of batches: one, and more in proportion to what waits beside what runs.
    private static void Guess(Draft draft)
    {
        var snapshot = draft.Snapshot;
        ref readonly var last = ref snapshot.History[0];

        // What a first replica is only about to be handed says nothing.
        var crowded = snapshot.Ready > 0 && snapshot.Starting == 0 && last.Waiting > 0 && last.InFlight > 0;
        var asked = crowded ? Math.Ceiling(snapshot.Ready * (1 + ((double)last.Waiting / last.InFlight))) : 0;
        draft.Wanted = (int)Math.Min(asked, Math.Min(2.0 * snapshot.Ready, snapshot.Max));
        draft.Reason = crowded
            ? Invariant($"{Text.Count(last.Waiting, "request")} waiting beside {last.InFlight} that run, and nothing is known yet of how long batches take")
            : last.Requests > 0 || last.Waiting > 0 ? "There are requests, and nothing is known yet of how long batches take"
            : "There is no request";
        draft.Put("waiting", last.Waiting);
        draft.Put("inFlight", last.InFlight);
    }

    // Whether fewer are enough, and for how long they were not.
    private ScalingTarget Hold(Draft draft)
    {
        var snapshot = draft.Snapshot;
        var history = snapshot.History;
        var current = draft.Current;
        var windowMs = WindowMs(draft);
        draft.Put("stabilizationMs", windowMs);
        var needed = draft.Model is null ? current : Math.Min(current, Math.Max(draft.Wanted, Peak(draft, windowMs)));
        var plan = Idle(draft);
        var revisitMs = double.PositiveInfinity;
        if (plan is { } idle)
        {
            needed = idle.Warm ? Math.Max(needed, idle.Why == IdleReason.ExpectedSoon && IsReturning(draft) ? Return(draft) : 1) : 0;
            revisitMs = Math.Max(0, idle.UntilIdleMs - draft.IdleMs);
        }

        needed = snapshot.Bounded(needed);
        if (needed >= current)
        {
            return draft.Decided(needed, revisitMs);
        }

        // What was there for requests that are expected stays when they come.
        var upMs = plan is null ? Math.Max(LastUpMs(history, snapshot.NowMs), history.ReturnedMs) : LastUpMs(history, snapshot.NowMs);
        var stayMs = upMs + windowMs - snapshot.NowMs;
        draft.Put("sinceUpMs", snapshot.NowMs - upMs);
        if (stayMs > 0)
        {
            return draft.Stays(Invariant($"as the last one came {Text.Time(snapshot.NowMs - upMs)} ago, within {Text.Time(windowMs)}"), Math.Min(stayMs, revisitMs));
        }

        if (history.Window(snapshot.NowMs - windowMs, snapshot.NowMs).LengthMs < KnownShare * windowMs)
        {
            return draft.Stays(Invariant($"as reports of the last {Text.Time(windowMs)} are missing"), revisitMs);
        }

        if (draft.AtRisk)
        {
            return draft.Stays("while the objective is missed", revisitMs);
        }

        while (needed > 0 && needed < current && WasTooFew(draft, needed))
        {
            needed++;
        }

        return draft.Decided(needed, revisitMs);
    }
}
