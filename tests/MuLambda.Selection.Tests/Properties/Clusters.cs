using FsCheck;
using FsCheck.Fluent;
using MuLambda.Catalog;

namespace MuLambda.Selection.Tests.Properties;

/// <summary>Generates clusters: 1 to 20 executors of up to six models, with ties, at distances that are measured, zero or unknown.</summary>
internal static class Clusters
{
    private const int Nodes = 4;
    private const int MaxClients = 4;

    // Values that come again and again make ties; the others make sure that nothing rests on the round ones.
    private static readonly Gen<double> Share = Gen.Frequency(
        (3, Gen.Elements(0, 0.5, 0.9, 0.9, 0.97, 1.0)), (2, Gen.Choose(0, 10_000).Select(x => x / 10_000.0)));

    private static readonly Gen<long> Bytes = Gen.Frequency(
        (3, Gen.Elements(0L, 1000L, 400_000L, 400_000L, 5_000_000L)), (2, Gen.Choose(0, 20_000_000).Select(x => (long)x)),
        (1, Gen.Constant(2_000_000_000L)));

    private static readonly Gen<double> RoundTripMs = Gen.Frequency(
        (2, Gen.Constant(0.0)), (3, Gen.Elements(1.0, 10, 10, 30, 300)), (2, Gen.Choose(0, 400_000).Select(x => x / 1000.0)));

    private static readonly Gen<int> Items = Gen.Frequency(
        (6, Gen.Constant(1)), (3, Gen.Choose(2, 100)), (1, Gen.Elements(1000, 1_000_000)));

    private static readonly Gen<int> ElapsedMs = Gen.Frequency(
        (3, Gen.Choose(1, 20)), (3, Gen.Choose(20, 1000)), (1, Gen.Choose(1000, 30_000)));

    // Between requests little, and now and then enough for figures to grow old and for quarantines to end.
    private static readonly Gen<int> PassedMs = Gen.Frequency(
        (4, Gen.Choose(0, 100)), (3, Gen.Choose(100, 5_000)), (2, Gen.Choose(25_000, 40_000)), (1, Gen.Choose(100_000, 3_000_000)));

    private static readonly Gen<ExecutorState> AnyState = Gen.Frequency(
        (4, Gen.Constant(ExecutorState.Ready)), (1, Gen.Elements(Enum.GetValues<ExecutorState>())));

    private static readonly Gen<(double Latency, double Accuracy)> Weights = Gen.Frequency(
        (2, Gen.Elements((1.0, 0.0), (0.0, 1.0), (0.5, 0.5))),
        (2, Gen.Choose(1, 99).Select(percent => (percent / 100.0, 1 - (percent / 100.0)))));

    /// <summary>Clusters of several tasks, with bounds, failures and changes of the catalog.</summary>
    public static Arbitrary<Cluster> Eventful { get; } =
        Arb.From(Generate(Gen.Choose(0, Cluster.AllTraits.Length - 1), bounded: true, AnyState, HappeningIn), Smaller);

    /// <summary>Clusters in which every executor is a candidate of every client: one task, no bounds, all ready.</summary>
    public static Arbitrary<Cluster> Open { get; } =
        Arb.From(Generate(Gen.Constant(0), bounded: false, Gen.Constant(ExecutorState.Ready), LearnedIn), Smaller);

    private static Gen<Cluster> Generate(
        Gen<int> traits, bool bounded, Gen<ExecutorState> states, Func<int, int, int, Gen<Happening>> happens) =>
        from modelCount in Gen.Choose(1, 6)
        from models in (
            from accuracy in Share
            from bytes in Bytes
            from trait in traits
            select new ModelSpec(accuracy, bytes, trait)).ListOf(modelCount)
        from executorCount in Gen.Choose(1, 20)
        from executors in (
            from node in Gen.Choose(0, Nodes - 1)
            from served in Gen.Frequency((4, Gen.Constant(1)), (1, Gen.Choose(1, modelCount)))
            from order in Gen.Shuffle(Enumerable.Range(0, modelCount))
            from state in states
            select new ExecutorSpec(node, [.. order.Take(served)], state)).ListOf(executorCount)
        from clientCount in Gen.Choose(1, MaxClients)
        from clients in (
            from weights in Weights
            from maxLatencyMs in bounded ? Maybe(ElapsedMs.Select(ms => (double)ms)) : Gen.Constant<double?>(null)
            from minAccuracy in bounded ? Maybe(Share) : Gen.Constant<double?>(null)
            from trait in traits
            select new ClientSpec(weights.Latency, weights.Accuracy, maxLatencyMs, minAccuracy, trait)).ListOf(clientCount)
        from roundTrips in (
            from pair in Gen.SubListOf(
                from node in Enumerable.Range(0, Nodes) from client in Enumerable.Range(0, clientCount) select (node, client))
            from ms in RoundTripMs.ListOf(pair.Count)
            select pair.Zip(ms, (at, value) => new RoundTripSpec(at.node, at.client, value)).ToList())
        from length in Gen.Choose(0, 60)
        from history in happens(executorCount, modelCount, clientCount).ListOf(length)
        select new Cluster([.. models], [.. executors], [.. clients], roundTrips, [.. history]);

    private static Gen<Happening> HappeningIn(int executors, int models, int clients) => Gen.Frequency(
        (10, Asked(executors, clients)),
        (2, ElapsedMs.Select(ms => (Happening)new Happening.Answered(ms))),
        (4, PassedMs.Select(ms => (Happening)new Happening.Passed(ms))),
        (1, from executor in Gen.Choose(0, executors - 1) from state in AnyState select (Happening)new Happening.Changed(executor, state)),
        (1, from model in Gen.Choose(0, models - 1) from score in Share select (Happening)new Happening.Judged(model, score)),
        (3, Learned(executors, models)));

    private static Gen<Happening> LearnedIn(int executors, int models, int clients) => Gen.Frequency(
        (4, Learned(executors, models)),
        (1, from executor in Gen.Choose(0, executors - 1)
            from client in Gen.Choose(0, clients - 1)
            from items in Gen.Choose(1, 3)
            select (Happening)new Happening.Asked(
                client, items, [.. Enumerable.Range(0, executors).Where(e => e != executor)], new Ending(EndingKind.StaysInFlight, 0, null))));

    private static Gen<Happening> Learned(int executors, int models) =>
        from executor in Gen.Choose(0, executors - 1)
        from model in Gen.Choose(0, models - 1)
        from answers in Gen.Elements(1, 2, 5, 20)
        from ms in ElapsedMs
        from then in Gen.Frequency((2, Gen.Constant(ms)), (1, ElapsedMs))
        select (Happening)new Happening.Learned(executor, model, answers, ms, then);

    private static Gen<Happening> Asked(int executors, int clients) =>
        from client in Gen.Choose(0, clients - 1)
        from items in Items
        from without in Gen.Frequency(
            (4, Gen.Constant<IReadOnlyList<int>>([])),
            (1, Gen.SubListOf(Enumerable.Range(0, executors)).Select(list => (IReadOnlyList<int>)[.. list])))
        from kind in Gen.Frequency(
            (5, Gen.Constant(EndingKind.Completes)), (2, Gen.Constant(EndingKind.StaysInFlight)), (3, Gen.Elements(Enum.GetValues<EndingKind>())))
        from ms in ElapsedMs
        from confidence in Maybe(Share)
        select (Happening)new Happening.Asked(client, items, without, new Ending(kind, ms, confidence));

    private static Gen<double?> Maybe(Gen<double> value) =>
        Gen.Frequency((1, Gen.Constant<double?>(null)), (1, value.Select(x => (double?)x)));

    // Less history first, then fewer executors: those at the end, whom nothing in the history is about.
    private static IEnumerable<Cluster> Smaller(Cluster cluster)
    {
        var history = cluster.History;
        for (var length = history.Count; length >= 1; length /= 2)
        {
            for (var from = 0; from + length <= history.Count; from += length)
            {
                yield return cluster with { History = [.. history.Take(from), .. history.Skip(from + length)] };
            }
        }

        if (cluster.Executors.Count > 1)
        {
            var last = cluster.Executors.Count - 1;
            yield return cluster with
            {
                Executors = [.. cluster.Executors.Take(last)],
                History = [.. history.Where(one => one is not Happening.Learned { Executor: var e } || e < last)
                    .Where(one => one is not Happening.Changed { Executor: var e } || e < last)
                    .Select(one => one is Happening.Asked asked ? asked with { Without = [.. asked.Without.Where(e => e < last)] } : one)],
            };
        }

        foreach (var one in cluster.RoundTrips)
        {
            yield return cluster with { RoundTrips = [.. cluster.RoundTrips.Where(other => other != one)] };
        }
    }
}
