using System.Runtime.Intrinsics;

namespace MuLambda.Selection;

/// <summary>
/// The default: the largest utility for everyone, not only for the request at hand. A candidate's utility is the weighted
/// sum of the worth of its latency (<see cref="LatencyUtility"/>: round trip, learned service time, wait behind requests in
/// flight) and of its accuracy relative to the best candidate's, less what the request would take from the others that use the executor.
/// </summary>
/// <remarks>
/// <para>What it takes from others: an executor crowded to c times its service time without load keeps each of them c - 1 service times
/// longer than alone, so about as many requests lose the worth of an answer without load. Beyond
/// <see cref="MostCrowding"/> they have lost it anyway. <c>docs/selection.md</c> derives it.</para>
/// <para>Why it does not herd: a request counts from its assignment on, so the next one meets a slower executor.</para>
/// <para>Utilities that differ by less than the answers scatter are ties: the more accurate wins, then the less crowded, the smaller model,
/// the one not chosen for longest. A busy machine must not make a large model look faster than a small one.</para>
/// </remarks>
public sealed class MuLambdaPolicy : ISelectionPolicy
{
    /// <summary>After how many selections a candidate that has never answered is judged as if it took no time.</summary>
    public const int PatienceTurns = 1000;

    /// <summary>The crowding, beyond the request itself, above which an executor's other requests have nothing left to lose.</summary>
    public const float MostCrowding = 2;

    // Where latency has no weight it still decides among models of one accuracy.
    private const float LeastWeight = 1e-3f;
    private const float LeastServiceMs = 1e-3f;

    // Utilities are reckoned with seven digits.
    private const float Tolerance = 1e-5f;

    // Mean deviations within which two answers could as well have come the other way round, and what they may cover up at most: one step of the published score.
    private const float TieScatter = 3;
    private const float TieUtility = 0.12f;

    // How far off one answer may be, as a share of it; more answers narrow it by their root.
    private const float FirstUncertainty = 0.5f;

    /// <inheritdoc/>
    public string Name => "mulambda";

    /// <inheritdoc/>
    public int Choose(in SelectionContext context)
    {
        var latencyWeight = Math.Max(LeastWeight, (float)context.Desired.Latency);
        var accuracyWeight = context.BestAccuracy > 0 ? (float)(Math.Min(context.Desired.Accuracy, 1 - latencyWeight) / context.BestAccuracy) : 0;
        var best = Score(context, latencyWeight, accuracyWeight);
        return Preferred(context, best, latencyWeight, accuracyWeight);
    }

    private static float Score(in SelectionContext context, float latencyWeight, float accuracyWeight)
    {
        var columns = context.Columns;
        var scratch = context.Scratch;
        var weight = Vector512.Create(latencyWeight);
        var perAccuracy = Vector512.Create(accuracyWeight);
        var excluded = Vector512.Create(float.NegativeInfinity);
        var longest = Vector512.Create(1e9f);
        var most = Vector512.Create(MostCrowding);
        var best = excluded;
        for (var i = 0; i < columns.Closed.Length; i += Vector512<float>.Count)
        {
            var latencyMs = Lanes.At(scratch.LatencyMs, i);
            var isExcluded = Vector512.Equals(latencyMs, Vector512.Create(float.PositiveInfinity));
            if (Vector512.EqualsAll(isExcluded.AsInt32(), Vector512<int>.AllBitsSet))
            {
                Lanes.Set(scratch.Scores, i, excluded);
                continue;
            }

            latencyMs = Vector512.Min(latencyMs, longest);
            var rttMs = Lanes.At(scratch.RttMs, i);
            var serviceMs = Lanes.At(scratch.ServiceMs, i);
            var loadedMs = serviceMs + Lanes.At(scratch.WaitMs, i);

            // What is hoped to take less scatters less: else a candidate whose answers once scattered would never look worth measuring again.
            var scatterMs = Vector512.Min(Lanes.At(columns.ScatterMs, i), loadedMs);
            var crowding = loadedMs / Vector512.Max(serviceMs, Vector512.Create(LeastServiceMs));

            // One that is judged as if it took no time is not crowded; it does not give others anything either.
            var taken = Vector512.Min(Vector512.Max(crowding - Vector512<float>.One, Vector512<float>.Zero), most)
                * Vector512.Max(weight, Lanes.At(columns.LatencyWeight, i));
            var own = LatencyUtility.Score(latencyMs, scatterMs) + LatencyUtility.Tail(rttMs + (loadedMs * crowding));
            if (!Vector512.EqualsAll(taken, Vector512<float>.Zero))
            {
                taken *= LatencyUtility.Score(rttMs + serviceMs, scatterMs);
            }

            var score = (weight * own) - taken + (perAccuracy * Lanes.At(columns.Accuracy, i));
            score = Vector512.ConditionalSelect(isExcluded, excluded, score);
            best = Vector512.Max(best, score);
            Lanes.Set(scratch.Scores, i, score);
        }

        var largest = best[0];
        for (var i = 1; i < Vector512<float>.Count; i++)
        {
            largest = Math.Max(largest, best[i]);
        }

        return largest;
    }

    // Every comparison is with one and the same row, never from row to row: being a tie is not transitive, and the order of the rows
    // would decide.
    private static int Preferred(in SelectionContext context, float best, float latencyWeight, float accuracyWeight)
    {
        var top = context.Scores.IndexOf(best);
        var threshold = best - (TieUtility * latencyWeight) - Tolerance;
        var mostAccurate = top;
        for (var row = NextTie(context, -1, top, threshold, accuracyWeight); row >= 0; row = NextTie(context, row, top, threshold, accuracyWeight))
        {
            mostAccurate = context.Accuracy[row] > context.Accuracy[mostAccurate] ? row : mostAccurate;
        }

        var leastAccuracy = (accuracyWeight * context.Accuracy[mostAccurate]) - Tolerance;
        var fastest = mostAccurate;
        for (var row = NextTie(context, -1, top, threshold, accuracyWeight); row >= 0; row = NextTie(context, row, top, threshold, accuracyWeight))
        {
            if (accuracyWeight * context.Accuracy[row] >= leastAccuracy && MarginalMs(context, row) < MarginalMs(context, fastest))
            {
                fastest = row;
            }
        }

        var preferred = fastest;
        for (var row = NextTie(context, -1, top, threshold, accuracyWeight); row >= 0; row = NextTie(context, row, top, threshold, accuracyWeight))
        {
            if (accuracyWeight * context.Accuracy[row] >= leastAccuracy
                && MarginalMs(context, row) - MarginalMs(context, fastest)
                    <= TieScatter * Math.Max(UncertaintyMs(context, row), UncertaintyMs(context, fastest))
                && IsPreferred(context, row, preferred))
            {
                preferred = row;
            }
        }

        return preferred;
    }

    private static int NextTie(in SelectionContext context, int after, int top, float threshold, float accuracyWeight)
    {
        var scores = context.Scratch.Scores;
        var rows = context.Columns.Count;
        var enough = Vector512.Create(threshold);
        for (var row = after + 1; row < rows; row++)
        {
            if (row % Vector512<float>.Count == 0)
            {
                while (row < rows && !Vector512.GreaterThanOrEqualAny(Lanes.At(scores, row), enough))
                {
                    row += Vector512<float>.Count;
                }

                if (row >= rows)
                {
                    break;
                }
            }

            if (scores[row] >= threshold && IsTie(context, row, top, accuracyWeight))
            {
                return row;
            }
        }

        return -1;
    }

    private static bool IsTie(in SelectionContext context, int row, int top, float accuracyWeight) =>
        accuracyWeight * (context.Accuracy[row] - context.Accuracy[top]) >= -Tolerance
        && (context.Scores[row] >= context.Scores[top] - Tolerance
            || context.LatencyMs[row] - context.LatencyMs[top]
                <= TieScatter * Math.Max(UncertaintyMs(context, row), UncertaintyMs(context, top)));

    private static bool IsPreferred(in SelectionContext context, int one, int other)
    {
        var columns = context.Columns;
        if (columns.InFlight[one] != columns.InFlight[other])
        {
            return columns.InFlight[one] < columns.InFlight[other];
        }

        if (columns.ModelBytes[one] != columns.ModelBytes[other])
        {
            return columns.ModelBytes[one] < columns.ModelBytes[other];
        }

        // The one not known yet, then the faster, then the one that waited longest for its turn.
        if (columns.Unknown[one] != columns.Unknown[other])
        {
            return columns.Unknown[one] > columns.Unknown[other];
        }

        var differenceMs = MarginalMs(context, one) - MarginalMs(context, other);
        return differenceMs != 0 ? differenceMs < 0 : columns.LastTurn[one] < columns.LastTurn[other];
    }

    // What a few answers say is no reason to stop asking the others.
    private static float UncertaintyMs(in SelectionContext context, int row) => Math.Max(
        Math.Min(context.ScatterMs[row], context.ServiceMs[row] + context.WaitMs[row]),
        FirstUncertainty * context.ServiceMs[row] / MathF.Sqrt(Math.Max(1, context.Columns.Answers[row])));

    private static float MarginalMs(in SelectionContext context, int row)
    {
        var serviceMs = context.ServiceMs[row];
        var loadedMs = serviceMs + context.WaitMs[row];
        return context.RttMs[row] + (loadedMs * loadedMs / Math.Max(serviceMs, LeastServiceMs));
    }
}
