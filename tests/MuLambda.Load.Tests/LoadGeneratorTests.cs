using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using MuLambda.Load.Tests.Support;
using MuLambda.Simulation;
using MuLambda.Timing;

namespace MuLambda.Load.Tests;

public sealed class LoadGeneratorTests
{
    // The runtime's own delays may end a millisecond early.
    private static readonly PreciseTimer Timer = new();

    private static readonly LoadPlan Short = new() { Arrivals = new UniformArrivals(200), Duration = TimeSpan.FromMilliseconds(500) };

    [Fact]
    public async Task Every_request_of_the_schedule_is_sent_once_and_counted()
    {
        var plan = Short with { Arrivals = new PoissonArrivals(400), Items = 3, Seed = 5 };
        using var target = ScriptedTarget.AnswersAtOnce();

        var result = await LoadGenerator.RunAsync(target, plan);

        var due = plan.Schedule().Count();
        target.Sent.Keys.Order().ShouldBe(Enumerable.Range(0, due).Select(number => (long)number));
        target.Sent.Values.Distinct().ShouldBe([3]);
        (result.Due, result.Answered, result.Errors.Count, result.Interrupted).ShouldBe((due, due, 0, false));
        result.Seconds.ShouldBe(0.5);
        result.Series.Sum(second => second.Due).ShouldBe(due);
        result.ScheduleLagMs.ShouldNotBeNull().Max.ShouldBeGreaterThanOrEqualTo(result.ScheduleLagMs.P50);
        result.LatencyMs.ShouldNotBeNull().P50.ShouldBeGreaterThanOrEqualTo(result.ScheduleLagMs.P50 * 0.9);
    }

    [Fact]
    public void A_seed_decides_the_schedule()
    {
        LoadPlan Plan(long seed) => Short with { Arrivals = new PeriodicBurstArrivals(300, 5, 100, 400), Seed = seed };

        Plan(1).Schedule().ShouldBe(Plan(1).Schedule());
        Plan(2).Schedule().ShouldNotBe(Plan(1).Schedule());
    }

    [Fact]
    public async Task A_trace_says_when_requests_are_due_and_what_they_carry()
    {
        var plan = Short with { Arrivals = new TraceArrivals([new(0, 7), new(20), new(20, 2), new(499.5, 9), new(500, 1)]), Items = 4 };
        using var target = ScriptedTarget.AnswersAtOnce();

        var result = await LoadGenerator.RunAsync(target, plan);

        target.Sent.OrderBy(sent => sent.Key).Select(sent => sent.Value).ShouldBe([7, 4, 2, 9]);
        result.Due.ShouldBe(4);
    }

    [Fact]
    public async Task What_is_due_in_the_warm_up_is_sent_but_not_counted()
    {
        var plan = Short with { WarmUp = TimeSpan.FromMilliseconds(250) };
        using var target = new ScriptedTarget((number, _) => Task.FromResult(number < 10 ? new LoadFailure("http 503", "warming up") : null));

        var result = await LoadGenerator.RunAsync(target, plan);

        var warmUp = plan.Schedule().Count(arrival => arrival.AtMs < 250);
        target.Sent.Count.ShouldBe(plan.Schedule().Count());
        result.Due.ShouldBe(target.Sent.Count - warmUp);
        result.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_due_while_as_many_are_under_way_as_may_be_counts_as_not_sent()
    {
        var plan = Short with { MaxInFlight = 7, Timeout = TimeSpan.FromSeconds(1) };
        using var target = ScriptedTarget.NeverAnswers();

        var result = await LoadGenerator.RunAsync(target, plan);

        target.Sent.Count.ShouldBe(7);
        result.Answered.ShouldBe(0);
        result.LatencyMs.ShouldBeNull();
        result.Errors.Select(error => (error.Kind, error.Count)).ShouldBe([(FailureKinds.NotSent, result.Due - 7), (FailureKinds.CutOff, 7)]);
        result.Errors[0].Example.ShouldBe("7 requests were under way, as many as may be.");
        result.Due.ShouldBe(plan.Schedule().Count());
        result.Series.Single().InFlight.ShouldBe(7);
    }

    [Fact]
    public async Task A_request_that_is_sent_late_has_that_much_less_time()
    {
        // The first request holds the generator up until 200 ms after the second is due; the others are due while it does.
        var plan = Short with { Arrivals = new TraceArrivals([new(0), new(50), new(240), new(490)]), Timeout = TimeSpan.FromMilliseconds(100) };
        using var target = new ScriptedTarget((number, _) =>
        {
            if (number == 0)
            {
                PreciseSleep.Until(Stopwatch.GetTimestamp() + (Stopwatch.Frequency / 4), CancellationToken.None);
            }

            return Task.FromResult<LoadFailure?>(null);
        });

        var result = await LoadGenerator.RunAsync(target, plan);

        target.Timeouts.Keys.ShouldNotContain(1);
        result.Errors.Single(error => error.Kind == FailureKinds.Timeout).Example.ShouldBe("The request's time was over before the generator could send it.");
        if (target.Timeouts.TryGetValue(2, out var left))
        {
            left.ShouldBeLessThanOrEqualTo(TimeSpan.FromMilliseconds(90));
        }
    }

    [Fact]
    public async Task A_server_that_stalls_cannot_hide_it_in_an_open_loop()
    {
        await using var server = await StartStallingAsync();
        using var target = server.Connect();

        // Of the 600 requests 200 are due while the server stalls; none of these can be answered before the stall's end.
        var result = await LoadGenerator.RunAsync(target, new LoadPlan { Arrivals = new UniformArrivals(200), Duration = TimeSpan.FromSeconds(3), SloMs = 100 });

        result.Answered.ShouldBe(result.Due);
        result.LatencyMs.ShouldNotBeNull();
        result.LatencyMs.Max.ShouldBeGreaterThanOrEqualTo(1000);
        result.LatencyMs.P90.ShouldBeGreaterThanOrEqualTo(650);
        result.WithinSlo.ShouldNotBeNull().ShouldBeLessThanOrEqualTo(result.Due - 175);
        result.Distribution.Single(point => point.Share == 0.8).Ms.ShouldBeGreaterThanOrEqualTo(350);
        result.Series.Max(second => second.P99Ms).ShouldNotBeNull().ShouldBeGreaterThanOrEqualTo(950);
        result.Distribution.Select(point => point.Ms).ShouldBeInOrder();
    }

    [Fact]
    public async Task The_same_stall_is_one_request_a_stream_in_a_closed_loop()
    {
        await using var server = await StartStallingAsync();
        using var target = server.Connect();

        var result = await LoadGenerator.RunAsync(target, new LoadPlan { Concurrency = 1, Duration = TimeSpan.FromSeconds(2) });

        (result.ScheduleLagMs, result.KeptSchedule).ShouldBe((null, true));
        result.LatencyMs.ShouldNotBeNull().Max.ShouldBeGreaterThanOrEqualTo(1000);
        result.Answered.ShouldBe(result.Due);
        server.Requests.ShouldBe((int)result.Due);
    }

    [Fact]
    public async Task A_closed_loop_keeps_as_many_under_way_as_there_are_streams()
    {
        var (underWay, most) = (0, 0);
        using var target = new ScriptedTarget(async (_, _) =>
        {
            var now = Interlocked.Increment(ref underWay);
            InterlockedMax(ref most, now);
            await Task.Yield();
            Interlocked.Decrement(ref underWay);
            return null;
        });

        var result = await LoadGenerator.RunAsync(target, new LoadPlan { Concurrency = 3, Duration = TimeSpan.FromMilliseconds(300) });

        most.ShouldBeInRange(1, 3);
        result.Due.ShouldBe(target.Sent.Count);
    }

    [Fact]
    public async Task Errors_are_counted_by_kind_with_what_the_first_said()
    {
        await using var server = await PredictServer.StartAsync((context, number) => (number % 6) switch
        {
            1 => RefuseAsync(context, 503, $"overloaded {number}"),
            2 => RefuseAsync(context, 429, "too many"),
            3 => context.Response.WriteAsync("""{"error": "none"}"""),
            4 => context.HangAsync(),
            5 => Task.Run(context.Abort),
            _ => context.Response.WriteAsync(PredictServer.RightAnswer),
        });
        using var target = server.Connect();
        var plan = Short with { Arrivals = new UniformArrivals(120), Timeout = TimeSpan.FromSeconds(5), SloMs = 60_000 };

        var result = await LoadGenerator.RunAsync(target, plan);

        result.Errors.Sum(error => error.Count).ShouldBe(result.Due - result.Answered);
        result.Errors.Select(error => error.Kind).Order(StringComparer.Ordinal).ShouldBe(["connection", "http 429", "http 503", "timeout", "wrong answer"]);
        result.Errors.ShouldAllBe(error => error.Count >= result.Due / 6 && error.Count <= (result.Due / 6) + 1);
        result.Errors.Single(error => error.Kind == "http 503").Example.ShouldStartWith("overloaded ");

        // What is left of the five seconds when it is sent.
        var example = Regex.Match(result.Errors.Single(error => error.Kind == "timeout").Example, "^No answer within ([0-9]+) ms\\.$");
        int.Parse(example.Groups[1].Value, CultureInfo.InvariantCulture).ShouldBeInRange(1, 5000);
        result.WithinSlo.ShouldBe(result.Answered);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Where_nobody_listens_every_request_is_an_error_of_the_connection(bool isOpen)
    {
        Uri address;
        await using (var server = await PredictServer.StartAsync((_, _) => Task.CompletedTask))
        {
            address = server.Address;
        }

        using var target = RestTarget.OfBody(address, "m", "{}"u8.ToArray());

        var result = await LoadGenerator.RunAsync(target, Short with { Arrivals = isOpen ? Short.Arrivals : null });

        result.Due.ShouldBeGreaterThan(0);
        result.Errors.Select(error => (error.Kind, error.Count)).ShouldBe([(FailureKinds.Connection, result.Due)]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_run_that_is_stopped_waits_for_answers_within_a_deadline_and_tells_what_it_measured(bool isOpen)
    {
        using var stop = new CancellationTokenSource();
        var later = new TaskCompletionSource<LoadFailure?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var hung = ScriptedTarget.NeverAnswers();
        using var target = new ScriptedTarget(async (number, abort) =>
        {
            if (number == 20)
            {
                await stop.CancelAsync();
                later.SetResult(null);
            }

            return number == 19 ? await hung.SendAsync(number, 1, default, abort) : number == 18 ? await later.Task : null;
        });
        var plan = Short with
        {
            Arrivals = isOpen ? Short.Arrivals : null, Concurrency = 3, Duration = TimeSpan.FromHours(1), DrainWhenStopped = TimeSpan.FromMilliseconds(200),
        };

        var result = await LoadGenerator.RunAsync(target, plan, stop: stop.Token);

        result.Interrupted.ShouldBeTrue();
        result.Seconds.ShouldBeInRange(0, 600);
        result.Series.Count.ShouldBe((int)Math.Ceiling(result.Seconds));
        result.Errors.Select(error => (error.Kind, error.Count)).ShouldBe([(FailureKinds.CutOff, 1)]);
        result.Answered.ShouldBe(result.Due - 1);
        result.Due.ShouldBeGreaterThanOrEqualTo(20);
        result.Due.ShouldBeLessThan(200 * 3600);
    }

    [Fact]
    public async Task A_target_that_throws_fails_the_run()
    {
        using var target = new ScriptedTarget((number, _) => number == 3 ? throw new InvalidOperationException("a bug") : Task.FromResult<LoadFailure?>(null));

        var failure = await Should.ThrowAsync<InvalidOperationException>(() => LoadGenerator.RunAsync(target, Short with { Duration = TimeSpan.FromHours(1) }));

        failure.Message.ShouldContain("a bug");
    }

    [Fact]
    public async Task Progress_is_told_every_second()
    {
        var seen = new List<LoadSnapshot>();
        using var target = ScriptedTarget.AnswersAtOnce();

        await LoadGenerator.RunAsync(target, Short with { WarmUp = TimeSpan.FromMilliseconds(1200), Duration = TimeSpan.FromSeconds(2) }, seen.Add);

        seen.Count.ShouldBeInRange(1, 3);
        seen[0].Total.ShouldBe(TimeSpan.FromSeconds(3.2));
        seen.Select(snapshot => snapshot.Elapsed).ShouldBeInOrder();
        seen.Sum(snapshot => snapshot.LastSecond.Answered).ShouldBeGreaterThan(0);
    }

    // Answers one request after the other, and stalls for a second at the fiftieth.
    private static Task<PredictServer> StartStallingAsync()
    {
        var gate = new SemaphoreSlim(1);
        return PredictServer.StartAsync(async (context, number) =>
        {
            await gate.WaitAsync();
            try
            {
                await Timer.DelayAsync(TimeSpan.FromSeconds(number == 50 ? 1 : 0), CancellationToken.None);
            }
            finally
            {
                gate.Release();
            }

            await context.Response.WriteAsync(PredictServer.RightAnswer);
        });
    }

    private static Task RefuseAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsync(text);
    }

    private static void InterlockedMax(ref int most, int now)
    {
        for (var seen = most; seen < now; seen = most)
        {
            Interlocked.CompareExchange(ref most, now, seen);
        }
    }
}
