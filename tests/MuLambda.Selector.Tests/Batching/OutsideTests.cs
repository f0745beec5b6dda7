using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using MuLambda.Protocol.Grpc;
using MuLambda.Selector.Tests.Fronts;
using MuLambda.Selector.Tests.Requests;
using MuLambda.Timing;
using static MuLambda.Selector.Tests.Batching.Batches;

namespace MuLambda.Selector.Tests.Batching;

/// <summary>What a client tells of the time that its requests take beyond the selector is held to spare.</summary>
public sealed class OutsideTests
{
    private const int BatchMs = 10_000;
    private const int Patient = 3_000_000;

    // Far enough from each other for reports to count each.
    private static readonly TimeSpan Apart = TimeSpan.FromMilliseconds(10);

    public static TheoryData<string> Fronts => Front.All;

    [Theory]
    [MemberData(nameof(Fronts))]
    public async Task An_answer_says_what_its_request_took_here(string front)
    {
        await using var platform = await TestPlatform.StartAsync(["model"]);
        platform["model"].Handler = Slow(platform);

        var answer = (await Front.Of(front).AskAsync(platform, "fast", Front.Images(3), Patient)).ShouldBeOk();

        Milliseconds(answer.Headers[OutsideReport.TookHeader]).ShouldBeInRange(BatchMs, 2 * BatchMs);
    }

    [Fact]
    public async Task So_does_one_of_the_own_api()
    {
        await using var platform = await TestPlatform.StartAsync(["model"]);
        platform["model"].Handler = Slow(platform);

        using var answer = await platform.InferAsync("fast", timeoutMs: Patient);

        ((int)answer.StatusCode).ShouldBe(200);
        Milliseconds(answer.Headers.GetValues(OutsideReport.TookHeader).Single()).ShouldBeInRange(BatchMs, 2 * BatchMs);
    }

    [Theory]
    [MemberData(nameof(Fronts))]
    public async Task Who_takes_long_elsewhere_is_refused_where_others_can_still_be_answered_in_time(string front)
    {
        await using var platform = await TestPlatform.StartAsync(["model"], "--Batching:MaxInFlight=1");
        platform["model"].Handler = Slow(platform);
        for (var i = 0; i < 8; i++)
        {
            (await AskAsync(platform, front, "fast", Patient, $"{BatchMs}.5")).ShouldBeOk();
        }

        // One batch runs: whoever comes now waits ten seconds for it and takes ten more.
        using var gate = new Gate(platform["model"]);
        var running = AskAsync(platform, front, "accurate", Patient);
        await gate.EnteredAsync(1);

        (await AskAsync(platform, front, "fast", timeoutMs: 25_000)).ShouldFail(429, StatusCode.ResourceExhausted, "before the deadline");
        var other = AskAsync(platform, front, "accurate", timeoutMs: 25_000);
        await WaitingAsync(platform, 1);
        gate.Open();
        (await running).ShouldBeOk();
        (await other).ShouldBeOk();
    }

    [Theory]
    [MemberData(nameof(Fronts))]
    public async Task A_time_that_is_none_is_refused_by_its_header_and_its_limits(string front)
    {
        await using var platform = await TestPlatform.StartAsync(["model"]);

        foreach (var wrong in new[] { "soon", "-1", "1e3", "NaN", $"{SelectorOptions.LongestTimeoutMs + 1}" })
        {
            (await AskAsync(platform, front, "fast", Patient, wrong)).ShouldFail(
                400, StatusCode.InvalidArgument, OutsideReport.OutsideHeader, "from 0 to");
        }

        (await AskAsync(platform, front, "fast", Patient, "0")).ShouldBeOk();
    }

    [Fact]
    public void A_client_that_tells_is_believed_before_what_can_be_seen_from_here()
    {
        var time = new ManualTime();
        var seen = new ClientOutside(0.99, time);

        seen.HandedOver(3);
        seen.Time.MeanMs.ShouldBe(6, tolerance: 1e-9, "the way in is taken to be as long as the way out");
        time.Advance(Apart);
        seen.Told(5);
        seen.Time.MeanMs.ShouldBe((6 + 8) / 2.0, tolerance: 1e-9, "what the client sees, and what follows the queue here");
        time.Advance(Apart);
        seen.HandedOver(100);
        seen.Time.MeanMs.ShouldBe((6 + 8) / 2.0, tolerance: 1e-9, "it is a part of what the client tells next");

        time.Advance(TimeSpan.FromSeconds(61));
        seen.HandedOver(3);
        seen.Time.MeanMs.ShouldBe((6 + 8 + 6) / 3.0, tolerance: 1e-9, "it tells nothing any more");
    }

    [Fact]
    public void Of_reports_that_come_together_one_counts()
    {
        var time = new ManualTime();
        var seen = new ClientOutside(0.99, time);
        for (var i = 0; i < 100; i++)
        {
            seen.Told(1);
            time.Advance(Apart);
        }

        // A pause of the machine delays them all.
        for (var i = 0; i < 1000; i++)
        {
            seen.Told(1001);
        }

        seen.Time.MeanMs.ShouldBe(1 + (1000 / 101.0), tolerance: 1e-6);
    }

    [Fact]
    public async Task What_a_client_told_is_forgotten_with_the_client()
    {
        await using var platform = await TestPlatform.StartAsync(["model"]);
        var outsides = platform.Services.GetRequiredService<ClientOutsides>();
        var known = outsides.Of("fast");
        outsides.Of("fast").ShouldBeSameAs(known);

        platform.Registry.DeleteClient("fast");

        await Eventually(() => outsides.Of("fast") != known);
    }

    private static Func<Protocol.Serving.PredictRequest, ServiceDefaults.Grpc.GrpcServerContext, Task<Protocol.Serving.PredictResponse>> Slow(TestPlatform platform) =>
        (request, _) =>
        {
            platform.Time.Advance(TimeSpan.FromMilliseconds(BatchMs));
            return Task.FromResult(TestExecutor.Answer(request));
        };

    private static Task<FrontAnswer> AskAsync(TestPlatform platform, string front, string client, int timeoutMs, string? outsideMs = null)
    {
        var caller = Front.Of(front);
        if (outsideMs is not null)
        {
            caller.RequestHeaders.Add(OutsideReport.OutsideHeader, outsideMs);
        }

        return caller.AskAsync(platform, client, Front.Images(3), timeoutMs);
    }

    private static double Milliseconds(string header) => double.Parse(header, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);
}
