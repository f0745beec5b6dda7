using static System.FormattableString;

namespace MuLambda.Scaling;

// What was seen: how requests ended, what was needed lately, how long it has been idle.
internal sealed partial class SloPolicy
{
    private const double AttainmentWindowMs = 30_000;
    private const double FewestEnded = 20;

    // One in twenty such findings is chance.
    private const double Significant = 1.645;

    // Where replicas are idle but for a tenth of the time, others would not answer sooner.
    private const double LeastUtilization = 0.1;

    // How many starts after a change its requests are no longer those that had waited for it.
    private const double SettlingStarts = 2;
    private const double KnownShare = 0.8;
    private const double SimilarRate = 0.25;

    // What chance alone hardly ever does.
    private const double JumpDeviations = 4;

    // Adds replicas where the model promised what the requests did not get.
    private static void Attain(Draft draft)
    {
        var snapshot = draft.Snapshot;
        var history = snapshot.History;
        var changedMs = history.Changes > 0 ? history.Change(0).AtMs : double.NegativeInfinity;
        var fromMs = Math.Max(changedMs + (SettlingStarts * draft.StartMs), snapshot.NowMs - AttainmentWindowMs);
        if (snapshot.BurnRate is { } burning)
        {
            draft.Put("burnRate", burning);
        }

        if (fromMs >= snapshot.NowMs)
        {
            return;
        }

        var window = history.Window(fromMs, snapshot.NowMs);
        if (!(window.Ended > 0))
        {
            return;
        }

        draft.Put("attainment", window.Attainment);
        var missing = snapshot.Probability - window.Attainment;
        var missed = IsMissed(window, snapshot.Probability);
        draft.AtRisk = missed || (snapshot.BurnRate is not null && missing > 0);
        var settled = snapshot.Starting == 0 && snapshot.Ready >= draft.Current && draft.Current > 0;
        if (!draft.AtRisk || !settled || (window.BusyReplicaMs > 0 && window.Utilization < LeastUtilization))
        {
            return;
        }

        var more = Math.Max(1, (int)Math.Ceiling(draft.Current / 10.0));
        if (draft.Current + more > draft.Wanted)
        {
            draft.Wanted = draft.Current + more;
            draft.Reason += missed
                ? Invariant($"; {more} more as only {Text.Share(window.Attainment)} of the last {Text.Count(Math.Round(window.Ended), "request")} were in time")
                : Invariant($"; {more} more as an alert fires (burn rate {snapshot.BurnRate:0.#}) and {Text.Share(1 - window.Attainment)} of requests are still too late");
        }
    }

    private static bool IsMissed(in DemandWindow window, double probability) =>
        window.Ended >= FewestEnded
        && probability - window.Attainment > Significant * Math.Sqrt(probability * (1 - probability) / window.Ended);

    // Whether so few did not meet the objective when requests last came at about the rate that has to be held.
    private static bool WasTooFew(Draft draft, int replicas)
    {
        var history = draft.Snapshot.History;
        var (change, seen) = (0, default(DemandWindow));
        for (var age = 0; age < history.Count && seen.LengthMs < AttainmentWindowMs; age++)
        {
            ref readonly var sample = ref history[age];
            // A sample that ended when it was decided is what it was decided on.
            while (change < history.Changes && history.Change(change).AtMs >= sample.EndMs)
            {
                change++;
            }

            var settledMs = change < history.Changes ? history.Change(change).AtMs + (SettlingStarts * draft.StartMs) : double.NegativeInfinity;
            if (sample.Replicas == replicas
                && sample.EndMs >= settledMs
                && Math.Abs(history.Rate(age) - draft.PeakRate) <= SimilarRate * draft.PeakRate)
            {
                seen += DemandWindow.Of(sample);
            }
        }

        if (!IsMissed(seen, draft.Snapshot.Probability))
        {
            return false;
        }

        draft.Reason += Invariant($"; with {replicas} only {Text.Share(seen.Attainment)} were in time");
        return true;
    }

    // A rate that jumps does so anywhere in the sample that shows it first: in the mean that one has half of it. And one that goes on rising may rise as much again.
    private static double Jump(DemandHistory history, double dispersion)
    {
        if (history.Count < 2)
        {
            return 0;
        }

        var (before, lengthMs) = (history.Rate(1), history[0].LengthMs);
        var growth = (history.Rate(0) - before) * lengthMs;
        return growth > JumpDeviations * Math.Sqrt(dispersion * Math.Max(1, before * lengthMs)) ? growth / lengthMs : 0;
    }

    // Whether more requests were too late than may be, over all that is remembered: there is nothing left to try with fewer replicas. It says nothing of how long to wait
    // for requests that no longer come.
    private static bool IsOverspent(Draft draft)
    {
        var (snapshot, history) = (draft.Snapshot, draft.Snapshot.History);
        return snapshot.NowMs - history.LastBusyMs < DemandHistory.ReturnAfterIdleMs
            && IsMissed(history.Window(history.BeginMs, snapshot.NowMs), snapshot.Probability);
    }

    // How often lately a replica had to come back soon after one was removed; each time the next ones stay twice as long.
    private int Regrets(Draft draft, double windowMs)
    {
        var (history, regrets) = (draft.Snapshot.History, 0);
        for (var age = 0; age + 1 < history.Changes && draft.Snapshot.NowMs - history.Change(age).AtMs < _maxWindowMs; age++)
        {
            var (change, before) = (history.Change(age), history.Change(age + 1));
            regrets += change.After > change.Before && before.After < before.Before && change.AtMs - before.AtMs < windowMs ? 1 : 0;
        }

        return regrets;
    }

    // How long replicas stay that were needed: until they have earned their start, and until a rate that fell by what one of them answers would have shown.
    private double WindowMs(Draft draft)
    {
        var lookMs = 0.0;
        if (draft.Model is { } model)
        {
            var deviations = NormalDistribution.Quantile(draft.Snapshot.Probability);
            lookMs = draft.Snapshot.History.Variability.Dispersion * draft.Snapshot.History.Rate(0) * deviations * deviations
                / (model.RequestsPerMs * model.RequestsPerMs);
        }

        var windowMs = Math.Max(Math.Max(WindowStarts * draft.StartMs, lookMs), ShortestWindowMs);
        return IsOverspent(draft) ? _maxWindowMs : Math.Min(windowMs * Math.Pow(2, Regrets(draft, windowMs)), _maxWindowMs);
    }

    // The model answers the same for the highest rate as the highest of its answers for all of them, as more requests never need fewer.
    private static int Peak(Draft draft, double windowMs)
    {
        var history = draft.Snapshot.History;
        var peak = 0.0;
        for (var age = 0; age < history.Count && history[age].EndMs > draft.Snapshot.NowMs - windowMs; age++)
        {
            peak = Math.Max(peak, history.Rate(age));
        }

        // What grew within a window may grow on in the next.
        var oldest = Math.Min(history.Count - 1, history.AgeAt(draft.Snapshot.NowMs - windowMs));
        var growth = Math.Max(0, history.Rate(0) - history.Rate(oldest));
        draft.PeakRate = peak;
        draft.Put("peakRatePerSecond", peak * 1000);
        var needed = Math.Min(draft.Model!.Replicas(((1 + Tolerance) * peak) + growth + Headroom(draft, peak), draft.Snapshot.Max), draft.Snapshot.Max);
        if (needed > draft.Wanted && draft.Current > draft.Wanted)
        {
            draft.Reason += Invariant($"; {Text.Rate(peak)} within {Text.Time(windowMs)} needed {needed}");
        }

        return needed;
    }

    private static double LastUpMs(DemandHistory history, double nowMs)
    {
        for (var age = 0; age < history.Changes; age++)
        {
            if (history.Change(age) is { } change && change.After > change.Before)
            {
                return change.AtMs;
            }
        }

        // What was decided before the history began is not known.
        return history.Decisions > 0 ? history.Decision(history.Decisions - 1).AtMs : nowMs;
    }

    // What to keep while there is no request; null while there are some.
    private IdlePlan? Idle(Draft draft)
    {
        var snapshot = draft.Snapshot;
        var history = snapshot.History;
        ref readonly var last = ref history[0];
        draft.IdleMs = snapshot.NowMs - history.LastBusyMs;
        if (snapshot.Min > 0 || history.LastBusyMs == last.EndMs)
        {
            return null;
        }

        if (double.IsInfinity(draft.IdleMs))
        {
            // None has come yet: whoever deployed it expects one.
            draft.IdleMs = snapshot.NowMs - (history.Decisions > 0 ? history.Decision(history.Decisions - 1).AtMs : history.BeginMs);
        }

        // A gap between two requests is not taken for the end.
        if (draft.IdleMs < DemandHistory.ReturnAfterIdleMs)
        {
            return null;
        }

        var plan = Plan(draft);
        draft.Put("idleMs", draft.IdleMs);
        if (plan.Forecast is { } forecast)
        {
            draft.Put("idleHeadMs", forecast.HeadMs);
            draft.Put("idleTailMs", forecast.TailMs);
        }

        draft.Reason = Invariant($"There was no request for {Text.Time(draft.IdleMs)}") + plan.Why switch
        {
            IdleReason.ExpectedSoon when plan.Warm => Invariant($"; the next is expected {Between(plan.Forecast)}"),
            IdleReason.ExpectedLater => Invariant($"; the next is expected {Between(plan.Forecast)}, for which a start at {Text.Time(plan.UntilIdleMs)} is in time"),
            IdleReason.Overdue => Invariant($"; the next was expected {Between(plan.Forecast)}"),
            IdleReason.KeptLongEnough => Invariant($"; the last replica is kept warm for {Text.Time(snapshot.KeepWarmMs)}"),
            IdleReason.StartIsInTime => Invariant($"; a start of {Text.Time(snapshot.ColdStartMs)} is in time for the target of {Text.Time(draft.Model!.TargetMs)}"),
            _ when plan.Warm => Invariant($"; nobody knows when the next comes, so a replica is kept warm for {Text.Time(plan.UntilIdleMs)}"),
            _ => "; nobody knows when the next comes",
        };
        return plan;

        static string Between(IdleForecast? forecast) =>
            forecast is { } known ? Invariant($"{Text.Time(known.HeadMs)} to {Text.Time(known.TailMs)} after the last") : "soon";
    }

    private IdlePlan Plan(Draft draft)
    {
        var snapshot = draft.Snapshot;
        var history = snapshot.History;
        var lastBusyMs = snapshot.NowMs - draft.IdleMs;
        double? changedIdleMs = null;
        if (history.Changes > 0 && history.Change(0) is var change && change.AtMs > lastBusyMs && (change.Before == 0 || change.After == 0))
        {
            changedIdleMs = change.AtMs - lastBusyMs;
        }

        // Twice the usual start, as that is a median or so.
        if (draft.Model is { } model && snapshot.ColdStartMs > 0 && snapshot.TargetMs >= (2 * snapshot.ColdStartMs) + model.AloneMs)
        {
            return new IdlePlan(false, double.PositiveInfinity, IdleReason.StartIsInTime, null);
        }

        if (_learns)
        {
            return IdlePlan.Of(history.IdleTimes, draft.IdleMs, draft.Current > 0, changedIdleMs, draft.StartMs, snapshot.KeepWarmMs, _shares);
        }

        return draft.Current == 0 ? new IdlePlan(false, double.PositiveInfinity, IdleReason.NobodyKnows, null)
            : draft.IdleMs < snapshot.KeepWarmMs ? new IdlePlan(true, snapshot.KeepWarmMs, IdleReason.NobodyKnows, null)
            : new IdlePlan(false, double.PositiveInfinity, IdleReason.KeptLongEnough, null);
    }

    // Whether there was no replica, or one came since the last request.
    private static bool IsReturning(Draft draft) =>
        draft.Current == 0
        || (draft.Snapshot.History is { Changes: > 0 } history && history.Change(0).Before == 0 && history.Change(0).AtMs > history.LastBusyMs);

    // A request needs a replica; the first ones after it had been idle as many as they needed then.
    private static void Begin(Draft draft)
    {
        var wanted = draft.Snapshot.Ready == 0 ? Return(draft) : 1;
        if (wanted > Math.Max(1, draft.Wanted))
        {
            draft.Reason += Invariant($"; {Text.Count(wanted, "replica")} as requests that come after a while need so many at first");
        }

        draft.Wanted = Math.Max(wanted, draft.Wanted);
    }

    // What requests needed in their first seconds after it had been idle.
    private static int Return(Draft draft)
    {
        var rate = draft.Snapshot.History.ReturnRate;
        draft.Put("returnRatePerSecond", rate * 1000);
        return Math.Max(1, Math.Min(draft.Model?.Replicas((1 + Tolerance) * rate, draft.Snapshot.Max) ?? 1, draft.Snapshot.Max));
    }
}
