using MuLambda.Catalog;

namespace MuLambda.Selection;

/// <summary>
/// Decides whether a request waits for a model that no executor is ready to serve. Where nothing is ready it does, for the best there is. Beside a ready
/// candidate it does only for a model that is the better one in itself, more accurate or faster, and worth more although it has to start first.
/// </summary>
internal static class ColdChoice
{
    // Where latency has no weight it still decides among models of one accuracy.
    private const double LeastWeight = 1e-3;

    // What takes so much of another's service time is a faster model; less of a difference is in the noise of what is known.
    private const double Faster = 0.9;

    /// <summary>Chooses among cold candidates.</summary>
    /// <param name="candidates">Those of the required traits.</param>
    /// <param name="demand">What is asked for.</param>
    /// <param name="items">The examples that the request carries.</param>
    /// <param name="nowMs">The time.</param>
    /// <param name="withinMs">How long the request may take.</param>
    /// <param name="ready">What the ready candidate is expected to take and to be worth; null where there is none.</param>
    /// <returns>The index of the chosen one; -1 for none.</returns>
    public static int Choose(
        ColdCandidate[] candidates, Demand demand, int items, double nowMs, double withinMs, Estimate? ready)
    {
        var best = -1;
        var bestRank = default(Rank);
        var bestAccuracy = BestAccuracy(candidates, ready);
        for (var i = 0; i < candidates.Length; i++)
        {
            var candidate = candidates[i];
            var estimate = EstimateOf(candidate, items, nowMs);
            if (Excluding(candidate, demand, estimate, isReadyThere: ready is not null).Count > 0
                || (ready is { } there && !IsBetter(candidate, demand, estimate, there, nowMs, withinMs, bestAccuracy)))
            {
                continue;
            }

            var rank = new Rank(candidate.Failure is null, estimate.LatencyMs <= withinMs, Utility(demand, estimate, bestAccuracy), -estimate.LatencyMs);
            if (best < 0 || rank.CompareTo(bestRank) > 0)
            {
                (best, bestRank) = (i, rank);
            }
        }

        return best;
    }

    /// <summary>How each candidate stands.</summary>
    /// <param name="candidates">Those of the required traits.</param>
    /// <param name="demand">What is asked for.</param>
    /// <param name="items">The examples that the request carries.</param>
    /// <param name="nowMs">The time.</param>
    /// <param name="chosen">The index of the chosen one; -1 for none.</param>
    /// <param name="ready">What the ready candidate is expected to take and to be worth; null where there is none.</param>
    public static IReadOnlyList<ColdProspect> Survey(
        ColdCandidate[] candidates, Demand demand, int items, double nowMs, int chosen, Estimate? ready)
    {
        var bestAccuracy = BestAccuracy(candidates, ready);
        return [.. candidates.Select((candidate, i) =>
        {
            var estimate = EstimateOf(candidate, items, nowMs);
            var excluding = Excluding(candidate, demand, estimate, isReadyThere: ready is not null);
            return new ColdProspect(candidate, estimate, excluding.Count > 0 ? 0 : Utility(demand, estimate, bestAccuracy), i == chosen, excluding);
        })];
    }

    private static Estimate EstimateOf(ColdCandidate candidate, int items, double nowMs) => new(
        0, candidate.RemainingMs(nowMs), candidate.Track.Service.Current.ServiceMs(items), candidate.Track.Accuracy.Current.Mean, RoundTripSource.Unknown);

    // The bound on latency is of answers as they are meant to be. Where something ready keeps it, so must this; where nothing is ready the start is not counted,
    // and the deadline decides: an application would rather wait once than have no answer.
    private static IReadOnlyList<string> Excluding(ColdCandidate candidate, Demand demand, in Estimate estimate, bool isReadyThere)
    {
        var bounds = demand.Criteria.Bounds;
        var slow = bounds?.MaxLatencyMs < (isReadyThere ? estimate.LatencyMs : estimate.ServiceMs);
        var poor = bounds?.MinAccuracy > candidate.Track.Accuracy.Current.Proven;
        return (slow, poor) switch
        {
            (true, true) => [Criterion.MaxLatency, Criterion.MinAccuracy],
            (true, false) => [Criterion.MaxLatency],
            (false, true) => [Criterion.MinAccuracy],
            _ => [],
        };
    }

    private static bool IsBetter(
        ColdCandidate candidate, Demand demand, in Estimate estimate, in Estimate ready, double nowMs, double withinMs, double bestAccuracy)
    {
        // An equal model's crowd is no reason to start this one: the ready one's replicas are there to be multiplied.
        var isBetterInItself = estimate.Accuracy > ready.Accuracy || estimate.ServiceMs < Faster * ready.ServiceMs;
        return isBetterInItself && candidate.Failure is null && (candidate.IsStarting || nowMs >= candidate.Track.WaitForAgainMs)
            && estimate.LatencyMs <= withinMs
            && (ready.LatencyMs > withinMs || Utility(demand, estimate, bestAccuracy) > Utility(demand, ready, bestAccuracy));
    }

    private static double Utility(Demand demand, in Estimate estimate, double bestAccuracy)
    {
        var latencyWeight = Math.Max(LeastWeight, demand.Desired.Latency);
        var accuracyWeight = bestAccuracy > 0 ? Math.Min(demand.Desired.Accuracy, 1 - latencyWeight) / bestAccuracy : 0;
        return (latencyWeight * LatencyUtility.Of(estimate.LatencyMs)) + (accuracyWeight * estimate.Accuracy);
    }

    private static double BestAccuracy(ColdCandidate[] candidates, Estimate? ready)
    {
        var best = ready?.Accuracy ?? 0;
        foreach (var candidate in candidates)
        {
            best = Math.Max(best, candidate.Track.Accuracy.Current.Mean);
        }

        return best;
    }

    /// <summary>What comes first when candidates are compared.</summary>
    private readonly record struct Rank(bool MayStart, bool InTime, double Utility, double Speed) : IComparable<Rank>
    {
        public int CompareTo(Rank other) =>
            MayStart != other.MayStart ? MayStart.CompareTo(other.MayStart)
            : InTime != other.InTime ? InTime.CompareTo(other.InTime)
            : Utility != other.Utility ? Utility.CompareTo(other.Utility)
            : Speed.CompareTo(other.Speed);
    }
}
