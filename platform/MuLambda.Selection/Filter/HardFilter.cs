using MuLambda.Catalog;

namespace MuLambda.Selection;

/// <summary>Leaves the candidates that meet every hard criterion, each with its figures of the moment.</summary>
internal static class HardFilter
{
    // Knowledge that is not refreshed fades towards the prior, so that one bad stretch does not exclude an executor for good.
    private const double FadeMs = 30_000;

    /// <summary>Writes the states of the admitted candidates to the front of <paramref name="states"/>.</summary>
    /// <returns>How many there are.</returns>
    public static int Admit(
        Demand demand, CandidateGroup group, int items, long turn, double nowMs, IReadOnlyList<string>? without,
        CandidateState[] states)
    {
        var maxLatencyMs = demand.Criteria.Bounds?.MaxLatencyMs ?? double.PositiveInfinity;
        var minAccuracy = demand.Criteria.Bounds?.MinAccuracy ?? double.NegativeInfinity;
        var cheapest = Cheapest.None;
        var count = 0;
        var candidates = group.Candidates;
        for (var i = 0; i < candidates.Length; i++)
        {
            var candidate = candidates[i];
            var estimate = EstimateOf(candidate, demand, items, nowMs, ref cheapest, out var service);
            if (candidate.Executor.State == ExecutorState.Ready
                && estimate.Accuracy >= minAccuracy
                && estimate.LatencyMs <= maxLatencyMs
                && candidate.ExecutorTrack.Circuit.Admits(nowMs)
                && (without is null || !Contains(without, candidate.Executor.Id)))
            {
                states[count++] = StateOf(candidate, i, estimate, service, turn);
            }
        }

        return count;
    }

    /// <summary>The candidates that <see cref="Admit"/> leaves out, with all criteria that exclude each.</summary>
    public static IEnumerable<Prospect> Rejected(Demand demand, CandidateGroup group, int items, long turn, double nowMs)
    {
        var rejected = new List<Prospect>();
        var cheapest = Cheapest.None;
        for (var i = 0; i < group.Candidates.Length; i++)
        {
            var candidate = group.Candidates[i];
            var estimate = EstimateOf(candidate, demand, items, nowMs, ref cheapest, out var service);
            var reasons = new List<string>();
            if (candidate.Executor.State != ExecutorState.Ready || !candidate.ExecutorTrack.Circuit.Admits(nowMs))
            {
                reasons.Add(Criterion.State);
            }

            if (demand.Criteria.Bounds?.MaxLatencyMs is { } maxLatencyMs && estimate.LatencyMs > maxLatencyMs)
            {
                reasons.Add(Criterion.MaxLatency);
            }

            if (demand.Criteria.Bounds?.MinAccuracy is { } minAccuracy && estimate.Accuracy < minAccuracy)
            {
                reasons.Add(Criterion.MinAccuracy);
            }

            if (reasons.Count > 0)
            {
                rejected.Add(new Prospect(
                    candidate, StateOf(candidate, i, estimate, service, turn), 0, Selected: false, reasons));
            }
        }

        return rejected;
    }

    /// <summary>Says which criteria excluded the last candidates.</summary>
    public static Exclusion Explain(SelectionSnapshot snapshot, Demand demand, int items, double nowMs) =>
        ExclusionText.OfTraits(snapshot, demand.Criteria.Required)
        ?? (demand.Group is { } group
            ? ExclusionText.OfCandidates(
                demand, [.. Rejected(demand, group, items, group.Turns.Current, nowMs)], nowMs)
            : new Exclusion([Criterion.State], ExclusionText.NoExecutor(snapshot, demand.Criteria.Required)));

    private static CandidateState StateOf(
        Candidate candidate, int ordinal, in Estimate estimate, ServiceTimeModel service, long turn)
    {
        var confidence = candidate.Track.Confidence.Mean;
        return new CandidateState
        {
            Ordinal = ordinal,
            Estimate = estimate,
            InFlight = candidate.ExecutorTrack.InFlight,
            Observations = service.Observations,
            ScatterMs = service.ScatterMs,
            ModelBytes = candidate.Model.Bytes,
            TurnsUnchosen = turn - candidate.Track.LastTurn,
            Confidence = double.IsNaN(confidence) ? estimate.Accuracy : confidence,
            LastDelayPerItemMs = candidate.Track.LastDelayPerItemMs,
        };
    }

    private static Estimate EstimateOf(
        Candidate candidate, Demand demand, int items, double nowMs, ref Cheapest cheapest, out ServiceTimeModel own)
    {
        own = candidate.Track.Service.Current;
        var priorMs = candidate.Prior.ServiceMs(items);

        // A model of the same traits is not expected to be faster than a smaller one, until it proves to be.
        var floorMs = Math.Max(priorMs, cheapest.ServiceMs + (priorMs - cheapest.PriorMs));
        ServiceTimeModel model;
        double serviceMs;
        if (own.Observations > 0)
        {
            var age = Math.Max(0, nowMs - own.ObservedAtMs) / FadeMs;
            var known = 1 / (1 + (age * (1 + (0.5 * age))));
            model = own;
            serviceMs = floorMs + ((own.ServiceMs(items) - floorMs) * known);
            if (serviceMs < cheapest.ServiceMs || !cheapest.IsKnown)
            {
                cheapest = new Cheapest(serviceMs, priorMs, IsKnown: true);
            }
        }
        else
        {
            var peers = candidate.ModelService.Current;
            model = peers.Observations > 0 ? peers : candidate.Prior;
            serviceMs = peers.Observations > 0 ? peers.ServiceMs(items)
                : double.IsNaN(candidate.ReportedServiceMs) ? floorMs
                : Math.Max(floorMs, candidate.ReportedServiceMs);
        }

        var rttMs = demand.RoundTripsMs[candidate.Node];
        var source = RoundTripSource.Measured;
        if (double.IsNaN(rttMs))
        {
            rttMs = candidate.ExecutorTrack.RoundTrip.CurrentMs;
            source = RoundTripSource.Observed;
            if (double.IsNaN(rttMs))
            {
                (rttMs, source) = (0, RoundTripSource.Unknown);
            }
        }

        var requestsAhead = candidate.ExecutorTrack.InFlight;
        var waitMs = 0.0;
        if (requestsAhead > 0)
        {
            var modelMs = model.ServiceMs(items);
            waitMs = model.WaitMs(requestsAhead, candidate.ExecutorTrack.ItemsInFlight) * (modelMs > 0 ? serviceMs / modelMs : 1);
        }

        return new Estimate(rttMs, waitMs, serviceMs, candidate.Model.Accuracy.Value, source);
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

    /// <summary>The fastest known service time among the smaller models, and what that model's prior says.</summary>
    private readonly record struct Cheapest(double ServiceMs, double PriorMs, bool IsKnown)
    {
        public static Cheapest None => default;
    }
}
