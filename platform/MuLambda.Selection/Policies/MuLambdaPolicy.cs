namespace MuLambda.Selection;

/// <summary>
/// The default. Utility is the weighted sum of <see cref="LatencyUtility"/>, over round trip, wait behind requests in flight and learned
/// service time, and of the declared accuracy relative to the best candidate's. The largest wins; ties go to the less loaded.
/// </summary>
/// <remarks>
/// The wait is why it does not herd: every assignment raises the wait that the next request would meet. A candidate
/// that has never answered is judged by its prior; should that keep it from being chosen for <see cref="PatienceTurns"/>
/// selections, it gets one request, provided that it is idle and would win if its prediction took no time at all.
/// </remarks>
public sealed class MuLambdaPolicy : ISelectionPolicy
{
    /// <summary>After how many selections a candidate that has never answered is tried once.</summary>
    public const int PatienceTurns = 1000;

    private const double Tolerance = 1e-9;

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

            if (utility > bestUtility + Tolerance
                || (utility > bestUtility - Tolerance && IsBetterOfEquals(candidate, candidates[best])))
            {
                (best, bestUtility) = (i, utility);
            }

            if (candidate is { Observations: 0, InFlight: 0, TurnsUnchosen: >= PatienceTurns })
            {
                overlooked = i;
            }
        }

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

        return new Choice(best, bestUtility);
    }

    // The less loaded; of those the one not known yet, then the faster, then the one that waited longest for its turn.
    private static bool IsBetterOfEquals(in CandidateState one, in CandidateState other)
    {
        if (one.InFlight != other.InFlight)
        {
            return one.InFlight < other.InFlight;
        }

        if (one.Observations == 0 != (other.Observations == 0))
        {
            return one.Observations == 0;
        }

        var differenceMs = one.Estimate.LatencyMs - other.Estimate.LatencyMs;
        return Math.Abs(differenceMs) > Tolerance ? differenceMs < 0 : one.TurnsUnchosen > other.TurnsUnchosen;
    }
}
