using FsCheck;
using FsCheck.Fluent;

namespace MuLambda.Selection.Tests.Properties;

/// <summary>
/// Nobody is avoided for ever on account of what was once learned. What is promised is finite: a candidate that has answered counts as if it
/// took no time after four times as long as its figure is relied on (30 s, or 200 times its service time where that is longer), by one
/// request in 64; one that never answered after <see cref="MuLambdaPolicy.PatienceTurns"/> selections, or more where others of its model are
/// slow. Then it is chosen, unless it would not be the best even if it took no time: its distance and its accuracy are no matter of measuring again.
/// </summary>
public sealed class NoStarvationProperties
{
    private const int ExplorationInterval = 64;

    // One step of the published score, within which others may be preferred, and the least that the worth's precision needs.
    private const double TieUtility = 0.12;
    private const double Precision = 1e-3;

    /// <summary>A candidate: what it truly takes, what was once learned of it, and how far away it is.</summary>
    internal sealed record Server(int Model, int ServiceMs, int Answers, int LearnedMs, int LastLearnedMs, int RttMs);

    /// <summary>Streams of clients that send one request after the other to servers, and think in between.</summary>
    internal sealed record Scene(
        IReadOnlyList<double> Accuracies, IReadOnlyList<long> Bytes, IReadOnlyList<Server> Servers, IReadOnlyList<int> LatencyPercents, int ThinkMs)
    {
        public override string ToString() => string.Join(
            '\n', [$"accuracies {string.Join(' ', Accuracies)}, bytes {string.Join(' ', Bytes)}, streams {string.Join(' ', LatencyPercents)}, think {ThinkMs}",
                .. Servers.Select((s, i) => $"e{i}: {s}")]);
    }

    private static readonly Gen<int> Ms = Gen.Frequency((2, Gen.Choose(1, 20)), (2, Gen.Choose(20, 300)), (1, Gen.Choose(300, 1500)));

    private static readonly Arbitrary<Scene> Scenes = Arb.From(
        from models in Gen.Choose(1, 3)
        from accuracies in Gen.Elements(0.6, 0.9, 0.9, 0.95).ListOf(models)
        from bytes in Gen.Elements(1000L, 1000L, 400_000L, 5_000_000L).ListOf(models)
        from servers in (
            from model in Gen.Choose(0, models - 1)
            from service in Ms
            from answers in Gen.Elements(0, 0, 1, 2, 5, 20)
            from learned in Ms
            from last in Ms
            from rtt in Gen.Elements(0, 0, 1, 10, 100)
            select new Server(model, service, answers, learned, last, rtt)).NonEmptyListOf().Resize(12)
        from streams in Gen.Elements(0, 10, 50, 100, 100).NonEmptyListOf().Resize(4)
        from think in Gen.Choose(1, 200)
        select new Scene([.. accuracies], [.. bytes], [.. servers], [.. streams], think), Smaller);

    [Fact]
    public void Every_candidate_that_could_be_the_best_is_chosen_again_within_what_is_promised() => Holds.For(Scenes, Play, tests: 60);

    [Fact]
    public void One_whose_answers_once_scattered_widely_is_measured_again() => Play(new Scene(
        [0.6, 0.95], [1000, 1000], [new(Model: 0, ServiceMs: 18, Answers: 5, 255, 1308, RttMs: 1), new(Model: 1, ServiceMs: 43, Answers: 1, 38, 5, RttMs: 10)],
        LatencyPercents: [100], ThinkMs: 164));

    [Fact]
    public void One_that_matters_to_one_of_two_alternating_clients_is_measured_again() => Play(new Scene(
        [0.9, 0.6], [1000, 5_000_000],
        [
            new(Model: 0, ServiceMs: 36, Answers: 0, 0, 0, RttMs: 0), new(Model: 1, ServiceMs: 185, Answers: 0, 0, 0, RttMs: 0),
            new(Model: 0, ServiceMs: 16, Answers: 0, 0, 0, RttMs: 100), new(Model: 1, ServiceMs: 61, Answers: 20, 140, 183, RttMs: 1),
        ],
        LatencyPercents: [100, 50], ThinkMs: 194));

    [Fact]
    public void One_that_never_answered_is_tried_although_its_model_takes_many_times_as_long_as_the_fastest() => Play(new Scene(
        [0.6, 0.9], [1000, 5_000_000],
        [
            new(Model: 1, ServiceMs: 142, Answers: 0, 0, 0, RttMs: 1), new(Model: 0, ServiceMs: 34, Answers: 2, 9, 222, RttMs: 0),
            new(Model: 1, ServiceMs: 1259, Answers: 0, 0, 0, RttMs: 0),
        ],
        LatencyPercents: [50], ThinkMs: 182));

    private static void Play(Scene scene)
    {
        var world = BuildAndTeach(scene);
        var nobody = scene.Servers.Select(_ => 0L).ToArray();
        var (lastMs, turns, lastTurn) = (scene.Servers.Select(_ => world.Time.NowMs).ToArray(), 0L, nobody);
        var random = new System.Random(5);
        var patienceMs = scene.Servers.Select((_, e) => 4 * world.Snapshot.Groups[World.Digits].Candidates.Single(c => c.Executor.Id == $"e{e}")
            .Track.Freshness.StaleAfterMs).ToArray();

        // One request in 64 in the mean, and at most ten times as many between two of a client's that explore; everyone may be due at the same time.
        var turnsOfExploring = 10L * ExplorationInterval * (scene.Servers.Count + 1) * scene.LatencyPercents.Count;
        var endMs = world.Time.NowMs + patienceMs.Max();
        var events = new PriorityQueue<(int Stream, int Executor, double SentMs, Assignment? Assignment), (double, int)>();
        for (var stream = 0; stream < scene.LatencyPercents.Count; stream++)
        {
            events.Enqueue((stream, -1, 0, null), (world.Time.NowMs + stream, stream));
        }

        var chosen = new bool[scene.Servers.Count];
        var turnsAfter = 0L;
        var order = 100;
        while (turnsAfter <= turnsOfExploring + PatienceTurns(scene))
        {
            events.TryDequeue(out var next, out var at);
            world.Time.SetMs(at.Item1);
            if (next.Assignment is { } done)
            {
                done.Complete(at.Item1 - next.SentMs, scene.Servers[next.Executor].RttMs);
                events.Enqueue((next.Stream, -1, 0, null), (at.Item1 + ThinkMs(), order++));
                continue;
            }

            turns++;
            turnsAfter += world.Time.NowMs >= endMs ? 1 : 0;
            var assignment = world.Select($"c{next.Stream}");
            var executor = int.Parse(assignment.Decision.Candidate.Executor.Id.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture);
            chosen[executor] = true;
            var server = scene.Servers[executor];
            events.Enqueue((next.Stream, executor, at.Item1, assignment), (at.Item1 + server.ServiceMs + server.RttMs, order++));
        }

        // Where all think equally long they keep taking turns in the same order.
        int ThinkMs() => scene.ThinkMs % 2 == 0 ? scene.ThinkMs : random.Next(scene.ThinkMs);

        for (var e = 0; e < chosen.Length; e++)
        {
            if (!chosen[e] && CouldBeTheBest(scene, e, chosen))
            {
                throw new ShouldAssertException($"e{e} was not chosen in {turns} selections within {world.Time.NowMs - endMs + patienceMs.Max():0} ms.");
            }
        }
    }

    // Where others of its model have shown what it takes, its first request may cost so many of the fastest.
    private static long PatienceTurns(Scene scene)
    {
        var untried = scene.Servers.Where(one => one.Answers == 0).Select(one => one.Model).ToHashSet();
        var slowestMs = scene.Servers.Where(one => untried.Contains(one.Model)).Select(one => one.RttMs + LearnedMs(one).Append(one.ServiceMs).Max()).DefaultIfEmpty(0).Max();
        var fastestMs = scene.Servers.Min(one => one.RttMs + LearnedMs(one).Append(one.ServiceMs).Min());
        return Math.Max(MuLambdaPolicy.PatienceTurns, (long)(HardFilter.PatienceOfPeers * slowestMs / Math.Max(1, fastestMs)));

        static int[] LearnedMs(Server server) => server.Answers switch
        {
            0 => [],
            1 => [server.LearnedMs],
            _ => [server.LearnedMs, server.LastLearnedMs],
        };
    }

    private static World BuildAndTeach(Scene scene)
    {
        var world = new World();
        for (var m = 0; m < scene.Accuracies.Count; m++)
        {
            world.Model($"m{m}", scene.Accuracies[m], scene.Bytes[m]);
        }

        for (var stream = 0; stream < scene.LatencyPercents.Count; stream++)
        {
            world.Client($"c{stream}", scene.LatencyPercents[stream] / 100.0, 1 - (scene.LatencyPercents[stream] / 100.0));
        }

        for (var e = 0; e < scene.Servers.Count; e++)
        {
            world.Executor($"e{e}", $"m{scene.Servers[e].Model}", $"n{e}");
            for (var stream = 0; stream < scene.LatencyPercents.Count; stream++)
            {
                world.Latency($"n{e}", $"c{stream}", scene.Servers[e].RttMs);
            }
        }

        foreach (var candidate in world.Snapshot.Groups[World.Digits].Candidates)
        {
            var server = scene.Servers[int.Parse(candidate.Executor.Id.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture)];
            for (var i = 0; i < server.Answers; i++)
            {
                candidate.Track.Learn(i % 2 == 0 ? server.LearnedMs : server.LastLearnedMs, 1, 0, 0, world.Time.NowMs);
            }
        }

        return world;
    }

    // Whether the worth of taking no time is more than a tie above what any of those that were chosen is truly worth.
    private static bool CouldBeTheBest(Scene scene, int candidate, bool[] chosen) => scene.LatencyPercents.Any(percent =>
    {
        var weight = Math.Max(percent / 100.0, 1e-3);
        var best = scene.Servers.Where((_, e) => chosen[e]).Max(server => Worth(server, server.ServiceMs));
        return Worth(scene.Servers[candidate], 0) > best + (weight * TieUtility) + Precision;

        double Worth(Server server, double serviceMs) =>
            (weight * LatencyUtility.Of(server.RttMs + serviceMs))
                + ((1 - weight) * scene.Accuracies[server.Model] / scene.Servers.Max(one => scene.Accuracies[one.Model]));
    });

    private static IEnumerable<Scene> Smaller(Scene scene)
    {
        for (var e = 0; e < scene.Servers.Count && scene.Servers.Count > 1; e++)
        {
            yield return scene with { Servers = [.. scene.Servers.Where((_, i) => i != e)] };
        }

        for (var s = 0; s < scene.LatencyPercents.Count && scene.LatencyPercents.Count > 1; s++)
        {
            yield return scene with { LatencyPercents = [.. scene.LatencyPercents.Where((_, i) => i != s)] };
        }
    }
}
