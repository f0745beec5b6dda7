namespace MuLambda.Selection;

/// <summary>
/// The default. Utility is the weighted sum of <see cref="LatencyUtility"/>, over round trip, wait behind requests in flight and learned
/// service time, and of the declared accuracy relative to the best candidate's. The largest wins; ties go to the less loaded.
/// </summary>
/// <remarks>
/// Latencies that differ by no more than the answers scatter are ties as well, as long as they are worth about the same: a busy
/// machine must not make a large model look faster than a small one. Among them the more accurate wins where
/// accuracy counts, then the less loaded, then the smaller model.
/// The wait is why it does not herd: every assignment raises the wait that the next request would meet. A candidate
/// that has never answered is judged by its prior; should that keep it from being chosen for <see cref="PatienceTurns"/>
/// selections, it gets one request, provided that it is idle and would win if its prediction took no time at all.
/// </remarks>
public sealed class MuLambdaPolicy : ISelectionPolicy
{
    /// <summary>After how many selections a candidate that has never answered is tried once.</summary>
    public const int PatienceTurns = 1000;

    private const double Tolerance = 1e-9;

    // Answers after which an estimate is trusted: what the estimator remembers.
    private const int SettledAfter = 20;

    // Mean deviations within which two answers could as well have come the other way round.
    private const double TieScatter = 3;

    // What scatter may cover up at most: some 10 ms for a fast answer.
    private const double TieUtility = 0.05;

    /// <inheritdoc/>
    public string Name => "mulambda";

    /// <inheritdoc/>
    public Choice Choose(in SelectionContext context, Span<double> utilities)
    {
        var candidates = context.Candidates;
        var largest = 0.0;
        foreach (ref readonly var candidate in candidates)
        {
            largest = Math.Max(largest, candidate.Estimate.Accuracy);
        }

        var accuracyWeight = largest > 0 ? context.Desired.Accuracy / largest : 0;
        var latencyWeight = context.Desired.Latency;
        var (best, bestUtility, overlooked) = (0, double.NegativeInfinity, -1);
        for (var i = 0; i < candidates.Length; i++)
        {
            ref readonly var candidate = ref candidates[i];
            var utility = (latencyWeight * LatencyUtility.Of(candidate.Estimate.LatencyMs))
                + (accuracyWeight * candidate.Estimate.Accuracy);
            if (!utilities.IsEmpty)
            {
                utilities[i] = utility;
            }

            if (utility > bestUtility)
            {
                (best, bestUtility) = (i, utility);
            }

            if (candidate is { Observations: 0, InFlight: 0, TurnsUnchosen: >= PatienceTurns })
            {
                overlooked = i;
            }
        }

        best = PreferredOfEquals(candidates, best, latencyWeight, accuracyWeight);
        if (overlooked >= 0 && overlooked != best)
        {
            ref readonly var candidate = ref candidates[overlooked];
            var accuracy = accuracyWeight * candidate.Estimate.Accuracy;
            if ((latencyWeight * LatencyUtility.Of(candidate.Estimate.RttMs)) + accuracy > bestUtility)
            {
                var utility = (latencyWeight * LatencyUtility.Of(candidate.Estimate.LatencyMs)) + accuracy;
                return new Choice(overlooked, utility);
            }
        }

        ref readonly var chosen = ref candidates[best];
        return new Choice(
            best,
            (latencyWeight * LatencyUtility.Of(chosen.Estimate.LatencyMs)) + (accuracyWeight * chosen.Estimate.Accuracy));
    }

    private static int PreferredOfEquals(
        ReadOnlySpan<CandidateState> candidates, int best, double latencyWeight, double accuracyWeight)
    {
        ref readonly var top = ref candidates[best];
        var preferred = best;
        for (var i = 0; i < candidates.Length; i++)
        {
            ref readonly var candidate = ref candidates[i];
            if (i != preferred
                && accuracyWeight * (candidate.Estimate.Accuracy - top.Estimate.Accuracy) >= -Tolerance
                && IsAsFast(candidate, top, latencyWeight)
                && IsPreferred(candidate, candidates[preferred], accuracyWeight))
            {
                preferred = i;
            }
        }

        return preferred;
    }

    private static bool IsAsFast(in CandidateState one, in CandidateState top, double latencyWeight)
    {
        var worth = latencyWeight
            * (LatencyUtility.Of(top.Estimate.LatencyMs) - LatencyUtility.Of(one.Estimate.LatencyMs));
        if (worth <= Tolerance || worth > TieUtility)
        {
            return worth <= Tolerance;
        }

        // What a few answers say of a smaller model is no reason to stop asking it.
        return (one.Observations < SettledAfter && one.ModelBytes < top.ModelBytes)
            || one.Estimate.LatencyMs - top.Estimate.LatencyMs <= TieScatter * Math.Max(one.ScatterMs, top.ScatterMs);
    }

    private static bool IsPreferred(in CandidateState one, in CandidateState other, double accuracyWeight)
    {
        var accuracy = accuracyWeight * (one.Estimate.Accuracy - other.Estimate.Accuracy);
        if (Math.Abs(accuracy) > Tolerance)
        {
            return accuracy > 0;
        }

        if (one.InFlight != other.InFlight)
        {
            return one.InFlight < other.InFlight;
        }

        if (one.ModelBytes != other.ModelBytes)
        {
            return one.ModelBytes < other.ModelBytes;
        }

        // The one not known yet, then the faster, then the one that waited longest for its turn.
        if (one.Observations == 0 != (other.Observations == 0))
        {
            return one.Observations == 0;
        }

        var differenceMs = one.Estimate.LatencyMs - other.Estimate.LatencyMs;
        return Math.Abs(differenceMs) > Tolerance ? differenceMs < 0 : one.TurnsUnchosen > other.TurnsUnchosen;
    }
}
