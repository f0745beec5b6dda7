using System.Runtime.Intrinsics;

namespace MuLambda.Selection;

/// <summary>
/// The default: the largest utility for everyone, not only for the request at hand. A candidate's utility is the weighted
/// sum of the worth of its latency (<see cref="LatencyUtility"/>: round trip, learned service time, wait behind requests in
/// flight) and of its accuracy relative to the best candidate's, less what the request would take from the others that use the executor.
/// </summary>
/// <remarks>
/// <para>What it takes from others is the larger of two. If all decided alike, the executor would go on with one request more: each of the others
/// would be worth less, and fewer would be answered. If it was an exception, they would be kept waiting once.
/// <c>docs/selection.md</c> derives both.</para>
/// <para>Why it does not herd: a request counts from its assignment on, so the next one meets a slower executor.</para>
/// <para>Utilities that differ by less than the answers scatter are ties: the more accurate wins, then the less crowded, the smaller model,
/// the one not chosen for longest. A busy machine must not make a large model look faster than a small one.</para>
/// </remarks>
public sealed class MuLambdaPolicy : ISelectionPolicy
{
    /// <summary>
    /// After how many selections a candidate that has never answered is judged as if it took no time; after more where others of its model have shown that
    /// its first request would cost more than 200 of the fastest candidate's.
    /// </summary>
    public const int PatienceTurns = 1000;

    /// <summary>How many service times a crowded executor is kept from serving others, at most: beyond it they are late anyway.</summary>
    public const float MostCrowding = 0.5f;

    // More than any answer is worth; without a limit a thousand requests would outweigh what must not be.
    private const float MostTaken = 2;

    // Other selectors' requests are known in the mean, which can be a small share of one.
    private const float FewestOthers = 0.1f;

    // Where latency has no weight it still decides among models of one accuracy.
    private const float LeastWeight = 1e-3f;

    /// <inheritdoc/>
    public string Name => "mulambda";

    /// <inheritdoc/>
    public int Choose(in SelectionContext context)
    {
        var latencyWeight = Math.Max(LeastWeight, (float)context.Desired.Latency);
        var accuracyWeight = context.BestAccuracy > 0 ? (float)(Math.Min(context.Desired.Accuracy, 1 - latencyWeight) / context.BestAccuracy) : 0;
        var hope = Hope(context.Turn);
        var best = Score(context, latencyWeight, accuracyWeight, hope);
        return new Ties(context, best, latencyWeight, accuracyWeight, hope).Preferred();
    }

    // How many standard errors an accuracy that is not known well may be better than it seemed (UCB1; Auer et al. 2002): the more was decided
    // by it, the more sure it has to be.
    private static float Hope(long turn) => MathF.Sqrt(2 * MathF.Log(1 + turn));

    private static float Score(in SelectionContext context, float latencyWeight, float accuracyWeight, float hope)
    {
        var columns = context.Columns;
        var scratch = context.Scratch;
        var weight = Vector512.Create(latencyWeight);
        var perAccuracy = Vector512.Create(accuracyWeight);
        var hopes = Vector512.Create(hope);
        var excluded = Vector512.Create(float.NegativeInfinity);
        var longest = Vector512.Create(1e9f);
        var most = Vector512.Create(MostCrowding);
        var least = Vector512.Create(Ties.LeastServiceMs);
        var dearest = Vector512.Create(MostTaken);
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
            var crowding = loadedMs / Vector512.Max(serviceMs, least);

            // One that is judged as if it took no time is not crowded; it does not give others anything either.
            var worth = LatencyUtility.Score(latencyMs, scatterMs);
            var own = worth + LatencyUtility.Tail(rttMs + (loadedMs * crowding));
            var delay = Vector512.Max(crowding - Vector512<float>.One, Vector512<float>.Zero);
            var taken = Vector512<float>.Zero;
            if (!Vector512.EqualsAll(delay, Vector512<float>.Zero))
            {
                var others = Vector512.ConvertToSingle(Lanes.At(columns.InFlight, i)) + Lanes.At(columns.OthersAhead, i);
                var beforeMs = Vector512.Max(
                    loadedMs - ((loadedMs - serviceMs) / Vector512.Max(others, Vector512.Create(FewestOthers))), Vector512.Max(serviceMs, least));
                var lasting = others * ((LatencyUtility.Score(rttMs + beforeMs, scatterMs) * loadedMs / beforeMs) - worth);
                var passing = Vector512.Min(delay, most) * LatencyUtility.Score(rttMs + serviceMs, scatterMs);
                taken = Vector512.Max(passing, Vector512.Min(lasting, dearest)) * Vector512.Max(weight, Lanes.At(columns.LatencyWeight, i));
            }

            var score = (weight * own) - taken
                + (perAccuracy * (Lanes.At(columns.Accuracy, i)
                    + Vector512.Min(hopes * Lanes.At(columns.AccuracyDoubt, i), Lanes.At(columns.MostHope, i))));
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
}
