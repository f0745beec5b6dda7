using System.Runtime.Intrinsics;
using MuLambda.Catalog;

namespace MuLambda.Selection;

/// <summary>
/// Works out what every candidate is expected to take and leaves those that meet every hard criterion: all rows in one pass of vector
/// instructions.
/// </summary>
internal static class HardFilter
{
    // What is stale four times over counts as nothing known: 2 to the power of this.
    private const int ForgottenShift = 2;

    // One request in 64 (2 to the power of this) may go to a settled candidate only because its figures are old: among thousands of candidates most are.
    private const int ExplorationBits = 6;

    // How many requests of the fastest an executor's first one may cost, where other executors of its model have shown what it takes: once in so many.
    internal const float PatienceOfPeers = 200;

    /// <summary>
    /// Writes the figures of every row to <paramref name="scratch"/>; the latency of those that are excluded is positive infinity. A
    /// candidate that is due to be measured again is judged by what it may have become. Where only one model is asked for, all others are excluded.
    /// </summary>
    public static Admission Admit(
        Demand demand, CandidateGroup group, int items, long turn, double nowMs, IReadOnlyList<string>? without, Scratch scratch,
        double withinMs = double.PositiveInfinity, Model? only = null)
    {
        var columns = group.Columns;
        var roundTripsMs = demand.RowRoundTripsMs;
        var bounds = demand.Criteria.Bounds;
        var maxLatencyMs = Vector512.Create((float)Math.Min(bounds?.MaxLatencyMs ?? double.PositiveInfinity, withinMs));
        var minAccuracy = Vector512.Create((float)(bounds?.MinAccuracy ?? float.NegativeInfinity));
        var now = Vector512.Create(Clock.Of(nowMs));
        var n = Vector512.Create((float)items);
        var infinity = Vector512.Create(float.PositiveInfinity);
        var explores = Explores(turn) ? Vector512<int>.AllBitsSet : Vector512<int>.Zero;
        var settled = Vector512.Create((int)Freshness.SettledMs);
        var (admitted, closed, unknown) = (Vector512<int>.Zero, Vector512<int>.Zero, Vector512<int>.Zero);
        var best = Vector512<float>.Zero;
        for (var i = 0; i < columns.Closed.Length; i += Vector512<float>.Count)
        {
            var inFlight = Lanes.At(columns.InFlight, i);
            var idle = Vector512.Equals(inFlight, Vector512<int>.Zero);
            var baseMs = Lanes.At(columns.BaseMs, i);
            var perItemMs = Lanes.At(columns.PerItemMs, i);
            var knownRttMs = Lanes.At(roundTripsMs, i);
            var rttMs = Vector512.ConditionalSelect(
                Vector512.Equals(knownRttMs, knownRttMs), knownRttMs, Lanes.At(columns.ObservedRttMs, i));
            var serviceMs = baseMs + (perItemMs * n);
            var others = Lanes.At(columns.OthersAhead, i);
            var waitMs = (Lanes.At(columns.WaitPerRequestMs, i) * (Vector512.ConvertToSingle(inFlight) + others))
                + (Lanes.At(columns.WaitPerItemMs, i) * (Vector512.ConvertToSingle(Lanes.At(columns.ItemsInFlight, i)) + (n * others)));
            var queueMs = Lanes.At(columns.QueueWaitMs, i);
            waitMs = Vector512.ConditionalSelect(Vector512.Equals(queueMs, queueMs), queueMs, waitMs);

            // Silent for longer than it should take: then it takes at least so long.
            var silentMs = Vector512.ConvertToSingle(now - Lanes.At(columns.QuietSinceMs, i)) - rttMs - serviceMs;
            waitMs = Vector512.ConditionalSelect(idle.AsSingle(), waitMs, Vector512.Max(waitMs, silentMs));

            var age = now - Lanes.At(columns.ObservedAtMs, i);
            var stale = Lanes.At(columns.StaleAfterMs, i);
            var retryAfter = Lanes.At(columns.RetryAfterMs, i);
            var may = idle & (explores | Vector512.LessThan(retryAfter, settled));
            var due = Vector512.GreaterThanOrEqual(age, retryAfter) & may;
            var isStale = Vector512.GreaterThanOrEqual(age, stale) & idle;
            var forgotten = Vector512.GreaterThan(Vector512.ShiftRightArithmetic(age, ForgottenShift), stale) & idle & explores;
            var factor = Vector512.ConditionalSelect(due.AsSingle(), Lanes.At(columns.RetryFactor, i), Vector512<float>.One);
            var hopedMs = Vector512.ConditionalSelect(forgotten.AsSingle(), Vector512<float>.Zero, serviceMs * factor);
            var latencyMs = rttMs + hopedMs + waitMs;
            var boundMs = rttMs + waitMs
                + Vector512.ConditionalSelect(isStale.AsSingle(), serviceMs * Lanes.At(columns.RetryFactor, i), serviceMs);

            var shut = Lanes.At(columns.Closed, i);
            var accuracy = Lanes.At(columns.Accuracy, i);
            var admits = Vector512.Equals(shut, Vector512<int>.Zero).AsSingle()
                & Vector512.LessThanOrEqual(boundMs, maxLatencyMs)
                & Vector512.GreaterThanOrEqual(Lanes.At(columns.BoundAccuracy, i), minAccuracy);
            admitted -= admits.AsInt32();
            closed = Vector512.Max(closed, shut);
            unknown = Vector512.Max(unknown, Lanes.At(columns.Unknown, i));
            best = Vector512.ConditionalSelect(admits, Vector512.Max(best, accuracy), best);
            Lanes.Set(scratch.RttMs, i, rttMs);
            Lanes.Set(scratch.ServiceMs, i, hopedMs);
            Lanes.Set(scratch.WaitMs, i, waitMs);
            Lanes.Set(scratch.LatencyMs, i, Vector512.ConditionalSelect(admits, latencyMs, infinity));
        }

        var count = Vector512.Sum(admitted);
        if (Vector512.GreaterThanAny(unknown, Vector512<int>.Zero))
        {
            JudgeUnknown(group, items, turn, nowMs, scratch);
        }

        var exceptional = without is { Count: > 0 } || only is not null
            || (bounds?.MaxLatencyMs is not null && Vector512.EqualsAny(unknown, Vector512.Create(CandidateColumns.KnownBySize)))
            || Vector512.GreaterThanOrEqualAny(closed, Vector512.Create(CandidateColumns.Quarantined));
        return exceptional
            ? AdmitOneByOne(demand, group, items, nowMs, without, scratch, withinMs, only)
            : new Admission(count, Largest(best));
    }

    /// <summary>A row's figures as they are believed, whether it is due to be measured again or not.</summary>
    public static CandidateState StateOf(Demand demand, CandidateGroup group, int row, int items, long turn, double nowMs)
    {
        var columns = group.Columns;
        var candidate = group.Candidates[row];
        var (rttMs, source) = demand.RoundTripOf(row);
        if (double.IsNaN(rttMs))
        {
            rttMs = candidate.ExecutorTrack.RoundTrip.CurrentMs;
            (rttMs, source) = double.IsNaN(rttMs) ? (0, RoundTripSource.Unknown) : (rttMs, RoundTripSource.Observed);
        }

        var inFlight = columns.InFlight[row];
        double serviceMs = columns.BaseMs[row] + (columns.PerItemMs[row] * items);
        if (columns.Unknown[row] == CandidateColumns.KnownBySize)
        {
            serviceMs += ShiftOfUnknown(group, items);
        }

        var now = Clock.Of(nowMs);
        var age = unchecked(now - columns.ObservedAtMs[row]);
        var isDue = inFlight == 0 && age >= columns.RetryAfterMs[row];
        if (inFlight == 0 && age >= columns.StaleAfterMs[row])
        {
            serviceMs *= columns.RetryFactor[row];
        }

        var waitMs = (columns.WaitPerRequestMs[row] * ((double)inFlight + columns.OthersAhead[row]))
            + (columns.WaitPerItemMs[row] * (columns.ItemsInFlight[row] + ((double)items * columns.OthersAhead[row])));
        if (!float.IsNaN(columns.QueueWaitMs[row]))
        {
            waitMs = columns.QueueWaitMs[row];
        }

        if (inFlight > 0)
        {
            waitMs = Math.Max(waitMs, unchecked(now - columns.QuietSinceMs[row]) - rttMs - serviceMs);
        }

        var accuracy = candidate.Track.Model.Accuracy.Current;
        var estimate = new Estimate(rttMs, waitMs, serviceMs, accuracy.Mean, source);
        return new CandidateState
        {
            Estimate = estimate,
            MarginalMs = rttMs + ((serviceMs + waitMs) * (serviceMs + waitMs) / Math.Max(serviceMs, 1e-3)),
            InFlight = inFlight,
            Observations = columns.Answers[row],
            ScatterMs = columns.ScatterMs[row],
            AccuracyDeviation = accuracy.Deviation,
            IsDue = isDue,
            ModelBytes = candidate.Model.Bytes,
            TurnsUnchosen = turn - columns.LastTurn[row],
            Confidence = columns.Confidence[row],
            LastDelayPerItemMs = columns.LastDelayPerItemMs[row],
        };
    }

    /// <summary>The candidates that <see cref="Admit"/> leaves out, with all criteria that exclude each.</summary>
    public static List<Prospect> Rejected(Demand demand, CandidateGroup group, int items, long turn, double nowMs)
    {
        var rejected = new List<Prospect>();
        for (var row = 0; row < group.Candidates.Length; row++)
        {
            var state = StateOf(demand, group, row, items, turn, nowMs);
            var reasons = ReasonsAgainst(demand, group, row, state.Estimate.LatencyMs, nowMs);
            if (reasons.Count > 0)
            {
                rejected.Add(new Prospect(group.Candidates[row], state, 0, Selected: false, reasons));
            }
        }

        return rejected;
    }

    /// <summary>Says which criteria excluded the last candidates.</summary>
    public static Exclusion Explain(SelectionSnapshot snapshot, Demand demand, int items, double nowMs) =>
        ExclusionText.OfTraits(snapshot, demand.Criteria.Required)
        ?? (demand.Group is { } group
            ? ExclusionText.OfCandidates(demand, Rejected(demand, group, items, group.Turns.Current, nowMs), nowMs)
            : new Exclusion([Criterion.State], ExclusionText.NoExecutor(snapshot, demand.Criteria.Required)));

    private static List<string> ReasonsAgainst(Demand demand, CandidateGroup group, int row, double latencyMs, double nowMs)
    {
        var columns = group.Columns;
        var reasons = new List<string>();
        if (columns.Closed[row] == CandidateColumns.NotReady || !group.Candidates[row].ExecutorTrack.Circuit.Admits(nowMs))
        {
            reasons.Add(Criterion.State);
        }

        if (demand.Criteria.Bounds?.MaxLatencyMs is { } maxLatencyMs && latencyMs > maxLatencyMs)
        {
            reasons.Add(Criterion.MaxLatency);
        }

        if (demand.Criteria.Bounds?.MinAccuracy is { } minAccuracy && columns.BoundAccuracy[row] < (float)minAccuracy)
        {
            reasons.Add(Criterion.MinAccuracy);
        }

        return reasons;
    }

    // Executors left out after a failure, which a trial may let in, and those that this request must not go to: both are rare.
    private static Admission AdmitOneByOne(
        Demand demand, CandidateGroup group, int items, double nowMs, IReadOnlyList<string>? without, Scratch scratch, double withinMs,
        Model? only)
    {
        var columns = group.Columns;
        var (count, best) = (0, 0f);
        for (var row = 0; row < columns.Count; row++)
        {
            var candidate = group.Candidates[row];
            if ((without is not null && Contains(without, candidate.Executor.Id)) || (only is not null && !candidate.IsOf(only)))
            {
                scratch.LatencyMs[row] = float.PositiveInfinity;
            }
            else if (columns.Closed[row] == CandidateColumns.Quarantined || columns.Unknown[row] == CandidateColumns.KnownBySize)
            {
                var believedMs = StateOf(demand, group, row, items, 0, nowMs).Estimate.LatencyMs;
                scratch.LatencyMs[row] = believedMs <= withinMs && ReasonsAgainst(demand, group, row, believedMs, nowMs).Count == 0
                    ? scratch.RttMs[row] + scratch.ServiceMs[row] + scratch.WaitMs[row] : float.PositiveInfinity;
            }

            if (!float.IsPositiveInfinity(scratch.LatencyMs[row]))
            {
                count++;
                best = Math.Max(best, columns.Accuracy[row]);
            }
        }

        return new Admission(count, best);
    }

    // A model that never answered is not expected to be faster than the fastest known one by more than their sizes say. And one
    // that is overlooked for long gets the benefit of the doubt: the later, the more that would cost.
    private static void JudgeUnknown(CandidateGroup group, int items, long turn, double nowMs, Scratch scratch)
    {
        var columns = group.Columns;
        var shiftMs = (float)ShiftOfUnknown(group, items, scratch.ServiceMs);
        var fastestMs = Fastest(columns, scratch);
        var silent = new SilenceOfModel(group, scratch, nowMs);
        for (var row = 0; row < columns.Count; row++)
        {
            if (columns.Unknown[row] == CandidateColumns.KnownByAnswers)
            {
                continue;
            }

            var serviceMs = scratch.ServiceMs[row];
            float patience = MuLambdaPolicy.PatienceTurns;
            if (columns.Unknown[row] == CandidateColumns.KnownBySize)
            {
                serviceMs = Math.Max(serviceMs + shiftMs, silent.MsAt(row));
            }
            else
            {
                patience = Math.Max(patience, PatienceOfPeers * serviceMs / fastestMs);
            }

            if (columns.InFlight[row] == 0 && turn - columns.LastTurn[row] >= patience)
            {
                serviceMs = 0;
            }

            scratch.LatencyMs[row] += serviceMs - scratch.ServiceMs[row];
            scratch.ServiceMs[row] = serviceMs;
        }
    }

    // The least latency of those that have answered; infinite where none has.
    private static float Fastest(CandidateColumns columns, Scratch scratch)
    {
        var fastestMs = float.PositiveInfinity;
        for (var row = 0; row < columns.Count; row++)
        {
            if (columns.Unknown[row] == CandidateColumns.KnownByAnswers)
            {
                fastestMs = Math.Min(fastestMs, scratch.LatencyMs[row]);
            }
        }

        return Math.Max(fastestMs, 1e-3f);
    }

    // By what is believed of the known ones, or by what they are judged by now.
    private static double ShiftOfUnknown(CandidateGroup group, int items, float[]? judgedMs = null)
    {
        var columns = group.Columns;
        var (fastestMs, fastest) = (float.PositiveInfinity, -1);
        for (var row = 0; row < columns.Count; row++)
        {
            var serviceMs = judgedMs is null ? columns.BaseMs[row] + (columns.PerItemMs[row] * items) : judgedMs[row];
            if (columns.Unknown[row] == CandidateColumns.KnownByAnswers && serviceMs < fastestMs)
            {
                (fastestMs, fastest) = (serviceMs, row);
            }
        }

        return fastest < 0 ? 0 : Math.Max(0, fastestMs - group.Candidates[fastest].Track.Prior.ServiceMs(items));
    }

    // Irregular, so that among clients that take turns (two streams alternate for hours) everyone's turn comes.
    private static bool Explores(long turn)
    {
        unchecked
        {
            var mixed = (uint)turn * 0x9E3779B1u;
            mixed = (mixed ^ (mixed >> 15)) * 0x85EBCA77u;
            return mixed >> (32 - ExplorationBits) == 0;
        }
    }

    private static float Largest(Vector512<float> values)
    {
        var largest = values[0];
        for (var i = 1; i < Vector512<float>.Count; i++)
        {
            largest = Math.Max(largest, values[i]);
        }

        return largest;
    }

    private static bool Contains(IReadOnlyList<string> ids, string id)
    {
        for (var i = 0; i < ids.Count; i++)
        {
            if (string.Equals(ids[i], id, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
