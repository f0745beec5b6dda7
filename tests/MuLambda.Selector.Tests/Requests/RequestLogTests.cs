namespace MuLambda.Selector.Tests.Requests;

public sealed class RequestLogTests
{
    private static readonly Feedback Quick = new(null, null, 5, Failed: false);
    private static readonly Feedback Right = new(1, null, null, Failed: false);

    [Fact]
    public void A_score_reaches_the_models_accuracy()
    {
        using var platform = new LoggedPlatform(["one"]);
        var before = platform.Accuracy("one");
        var (id, _) = platform.Select();

        platform.Log.Tell(id, new Feedback(0.25, null, null, Failed: false)).Status.ShouldBe(200);

        platform.Accuracy("one").ShouldSatisfyAllConditions(
            a => a.Answers.ShouldBe(1), a => a.Mean.ShouldBeLessThan(before.Mean), a => a.Proven.ShouldBeLessThan(before.Proven));
        platform.InFlight("one").ShouldBe(1, "how right the answer was does not say that it was timed");
    }

    [Fact]
    public void A_confidence_reaches_it_too_beside_a_latency_or_alone()
    {
        using var platform = new LoggedPlatform(["one"]);

        platform.Log.Tell(platform.Select().Id, Quick with { Confidence = 0.5 }).Status.ShouldBe(200);
        platform.Log.Tell(platform.Select().Id, new Feedback(null, 0.25, null, Failed: false)).Status.ShouldBe(200);

        platform.Confidence("one").ShouldBe(0.375);
    }

    [Fact]
    public void What_was_told_once_cannot_be_told_again()
    {
        using var platform = new LoggedPlatform(["one"]);
        var (id, _) = platform.Select();
        platform.Log.Tell(id, Right).Status.ShouldBe(200);
        platform.Log.Tell(id, Quick).Status.ShouldBe(200);

        platform.Log.Tell(id, Right with { Score = 0 }).ShouldSatisfyAllConditions(
            r => r.Status.ShouldBe(409), r => r.Detail!.ShouldContain("accuracy"));
        platform.Log.Tell(id, new Feedback(null, null, null, Failed: true)).ShouldSatisfyAllConditions(
            r => r.Status.ShouldBe(409), r => r.Detail!.ShouldContain("outcome"));
        platform.Log.Tell(id, Quick with { Confidence = 0.5 }).Status.ShouldBe(409);

        platform.Accuracy("one").Answers.ShouldBe(1, "nothing of a refused feedback counts, not even what is new");
        platform.Observations("one").ShouldBe(1);
        platform.IsQuarantined("one").ShouldBeFalse();
    }

    [Fact]
    public void Of_a_forwarded_request_the_selector_knows_the_end_itself()
    {
        using var platform = new LoggedPlatform(["one"]);
        using var assignment = platform.Assign();
        var id = platform.Log.Remember(assignment.Decision, "a", confidence: 0.5);

        platform.Log.Tell(id, Quick).Detail!.ShouldContain("outcome");
        platform.Log.Tell(id, new Feedback(null, 0.5, null, Failed: false)).Detail!.ShouldContain("confidence");
        platform.Log.Tell(id, Right).Status.ShouldBe(200);
    }

    [Fact]
    public void The_last_ones_are_remembered_and_older_ones_end()
    {
        using var platform = new LoggedPlatform(["one"], requests: 5);
        platform.Log.Capacity.ShouldBe(8, "a power of two");
        var ids = Enumerable.Range(0, 11).Select(_ => platform.Select().Id).ToList();

        platform.InFlight("one").ShouldBe(8, "what is not remembered is not counted either");
        foreach (var id in ids.Take(3))
        {
            platform.Log.Tell(id, Right).ShouldSatisfyAllConditions(
                r => r.Status.ShouldBe(404), r => r.Detail!.ShouldContain("the last 8 are"));
        }

        foreach (var id in ids.Skip(3))
        {
            platform.Log.Tell(id, Quick).Status.ShouldBe(200);
        }

        platform.InFlight("one").ShouldBe(0);
    }

    [Fact]
    public void They_are_remembered_for_so_long_and_then_let_go()
    {
        using var platform = new LoggedPlatform(["one"], seconds: 30);
        var (early, _) = platform.Select();
        platform.Time.Advance(TimeSpan.FromSeconds(20));
        var (late, _) = platform.Select();
        platform.Time.Advance(TimeSpan.FromSeconds(11));

        platform.Log.Tell(early, Right).ShouldSatisfyAllConditions(
            r => r.Status.ShouldBe(404), r => r.Detail!.ShouldContain("for 30 s"));
        platform.Log.Tell(late, Right).Status.ShouldBe(200);
    }

    [Fact]
    public void What_is_remembered_for_less_than_it_is_estimated_to_take_ends_with_the_memory()
    {
        using var platform = new LoggedPlatform(["one"], seconds: 1);
        platform.Log.Tell(platform.Select().Id, Quick with { LatencyMs = 2000 });
        platform.Select();

        platform.Time.Advance(TimeSpan.FromMilliseconds(1500));

        platform.InFlight("one").ShouldBe(0);
    }

    [Fact]
    public void An_id_of_another_selector_is_told_apart_from_a_forgotten_one()
    {
        using var platform = new LoggedPlatform(["one"]);
        using var other = new LoggedPlatform(["one"]);
        platform.Select();

        platform.Log.Tell(other.Select().Id, Right).ShouldSatisfyAllConditions(
            r => r.Status.ShouldBe(404), r => r.Detail!.ShouldContain("another one has"));
        platform.Log.Tell(platform.Select().Id with { Sequence = 5000 }, Right).Status.ShouldBe(404);
        platform.Log.Tell(platform.Select().Id with { Sequence = 0 }, Right).Status.ShouldBe(404);
    }

    [Fact]
    public async Task Of_the_same_feedback_from_many_at_a_time_one_counts()
    {
        const int Tellers = 4;
        const int Requests = 500;
        using var platform = new LoggedPlatform(["one"], requests: 1024);
        var ids = Enumerable.Range(0, Requests).Select(_ => platform.Select().Id).ToList();
        var taken = 0;
        using var start = new Barrier(Tellers);

        await Task.WhenAll(Enumerable.Range(0, Tellers).Select(_ => Task.Factory.StartNew(
            () =>
            {
                foreach (var id in ids)
                {
                    start.SignalAndWait();
                    if (platform.Log.Tell(id, Quick).Status == 200)
                    {
                        Interlocked.Increment(ref taken);
                    }
                }
            },
            TaskCreationOptions.LongRunning)));

        taken.ShouldBe(Requests);
        platform.InFlight("one").ShouldBe(0);
    }

    [Fact]
    public async Task Requests_feedback_and_time_all_at_once_leave_nothing_in_flight()
    {
        var seed = Environment.TickCount;
        using var platform = new LoggedPlatform(["one", "two"], requests: 32);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(worker => Task.Run(() =>
        {
            var random = new Random(seed + worker);
            for (var i = 0; i < 5000; i++)
            {
                var (id, _) = platform.Select(random.Next(2) == 0 ? "a" : "b");
                switch (random.Next(4))
                {
                    case 0:
                        platform.Log.Tell(id, Quick);
                        break;
                    case 1:
                        platform.Log.Tell(id with { Sequence = Math.Max(1, id.Sequence - random.Next(64)) }, Right);
                        break;
                    case 2 when worker == 0:
                        platform.Time.Advance(TimeSpan.FromMilliseconds(random.Next(3)));
                        break;
                }
            }
        })));

        platform.Time.Advance(TimeSpan.FromSeconds(11));

        platform.Log.Held.ShouldBe(0, $"seed {seed}");
        platform.InFlight("one").ShouldBe(0, $"seed {seed}");
        platform.InFlight("two").ShouldBe(0, $"seed {seed}");
    }

    [Fact]
    public void Remembering_and_telling_take_no_memory_once_the_places_are_there()
    {
        const int Requests = 20_000;
        using var platform = new LoggedPlatform(["one"], requests: 1024);
        var assignments = Enumerable.Range(0, 2 * Requests).Select(_ => platform.Assign()).ToList();
        var taken = 0L;
        foreach (var (i, assignment) in assignments.Index())
        {
            if (i == Requests)
            {
                taken = 0;
            }

            if (i % 4 == 0)
            {
                platform.Time.Advance(TimeSpan.FromMilliseconds(1));
            }

            var before = GC.GetAllocatedBytesForCurrentThread();
            platform.Log.ReleaseDue();
            var id = platform.Log.Hold(assignment, "a");
            if (i > Requests && i % 2 == 0)
            {
                platform.Log.Tell(id, Right);
            }

            taken += GC.GetAllocatedBytesForCurrentThread() - before;
        }

        // Some bucket may still grow.
        taken.ShouldBeLessThan(Requests / 4);
    }
}
