using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using MuLambda.Catalog.Tests;
using MuLambda.Scaling;
using MuLambda.Selector.Tests.Batching;
using MuLambda.Selector.Tests.ColdStarts;

namespace MuLambda.Selector.Tests.DemandReports;

/// <summary>What the selector tells of the demand.</summary>
public sealed class DemandStreamTests
{
    private const string Hourly = "--Demand:IntervalMs=60000";

    [Fact]
    public async Task It_tells_a_line_at_once_and_one_at_every_interval()
    {
        await using var platform = await TestPlatform.StartAsync(["model"], "--Demand:IntervalMs=10", "--Selector:Id=me");
        using var listener = await Listener.StartAsync(platform);

        var reports = new List<DemandReport>();
        while (reports.Count < 3)
        {
            reports.Add(await listener.NextAsync());
        }

        listener.ContentType.ShouldBe("application/x-ndjson");
        reports.ShouldAllBe(report => report.Selector == "me" && report.Epoch == reports[0].Epoch && report.Epoch.Length > 0);
        reports.Select(report => report.UptimeMs).ShouldBeInOrder(SortDirection.Ascending);
        reports[0].Models.ShouldBeEmpty();
    }

    [Fact]
    public async Task Requests_that_begin_to_wait_for_a_start_are_told_before_the_interval_is_over()
    {
        await using var platform = await TestPlatform.StartAsync([], Hourly);
        await platform.DeployAsync("model");
        using var listener = await Listener.StartAsync(platform);
        (await listener.NextAsync()).Models.ShouldBeEmpty();

        var asked = Enumerable.Range(0, 5).Select(_ => platform.InferAsync("fast", timeoutMs: 1000)).ToList();

        ModelDemand model;
        do
        {
            model = (await listener.NextAsync()).Models.ShouldHaveSingleItem();
        }
        while (model.WaitingCold < 5);
        (model.Model, model.Requests, model.Items, model.Waiting, model.InFlight).ShouldBe(("model@1", 5, 5, 5, 0));
        await Task.WhenAll(asked);
    }

    [Fact]
    public async Task Counts_go_on_from_one_listener_to_the_next()
    {
        await using var platform = await TestPlatform.StartAsync(["model"], Hourly);
        await platform.AnswerAsync("fast", TestPlatform.Body(1, 2, 3));
        var first = await OneAsync(platform);
        await platform.AnswerAsync("fast");
        await platform.AnswerAsync("fast");

        var second = await OneAsync(platform);

        (first.Requests, first.Items, first.Good, first.Bad).ShouldBe((1, 3, 1, 0));
        (second.Requests, second.Items, second.Good, second.Bad).ShouldBe((3, 5, 3, 0));
        second.BusyMs.ShouldBeGreaterThan(first.BusyMs);
        second.BusyReplicaMs.ShouldBeInRange(first.BusyReplicaMs, second.BusyMs);
        second.P95Ms.ShouldNotBeNull().ShouldBeGreaterThan(0);
        second.Service.ShouldNotBeNull().Observations.ShouldBe(3);
        second.Service!.MaxBatchItems.ShouldBe(4, "twice the largest batch seen, as its class of sizes: 2");
        second.Service.Spread.ShouldBeGreaterThanOrEqualTo(1);
    }

    [Fact]
    public async Task What_waits_and_runs_is_told_apart_and_counts_as_busy_while_it_does()
    {
        await using var platform = await TestPlatform.StartAsync(["model"], [Hourly, .. Batches.OneAtATime]);
        using var gate = new Gate(platform["model"]);
        var asked = new List<Task<HttpResponseMessage>> { platform.InferAsync("fast") };
        await gate.EnteredAsync(1);
        asked.Add(platform.InferAsync("fast"));
        asked.Add(platform.InferAsync("fast"));
        await Batches.WaitingAsync(platform, 2);
        var before = await OneAsync(platform);

        platform.Time.Advance(TimeSpan.FromSeconds(10));
        var after = await OneAsync(platform);

        (after.Requests, after.Waiting, after.InFlight, after.WaitingCold).ShouldBe((3, 2, 1, 0));
        (after.BusyMs - before.BusyMs).ShouldBeGreaterThanOrEqualTo(30_000, "three of them for ten seconds");
        (after.BusyReplicaMs - before.BusyReplicaMs).ShouldBeInRange(10_000, 30_000, "one replica");
        gate.Open();
        await Task.WhenAll(asked);
        (await OneAsync(platform)).InFlight.ShouldBe(0);
    }

    [Fact]
    public async Task What_ends_well_is_by_the_clients_objective_and_the_strictest_of_these_is_told()
    {
        await using var platform = await TestPlatform.StartAsync(["model"], Hourly);
        platform.Registry.Put(TestPlatform.Client("lenient", 1, 0) with { Slo = new(3_000_000, 0.9) });
        platform.Registry.Put(TestPlatform.Client("strict", 1, 0) with { Slo = new(0.001, 0.999) });
        await platform.FollowedAsync();
        await platform.AnswerAsync("lenient");
        var one = await OneAsync(platform);
        (one.TargetMs, one.Probability).ShouldBe((3_000_000, 0.9));
        await platform.AnswerAsync("strict");
        platform["model"].FailWith(Protocol.Grpc.StatusCode.Unavailable);
        await TestPlatform.ProblemAsync(platform.InferAsync("lenient"), 503);
        await TestPlatform.ProblemAsync(platform.InferAsync("lenient", """{"instances": "no"}"""), 404);

        var model = await OneAsync(platform);

        (model.Good, model.Bad).ShouldBe((1, 2), "one in time; one late and one failed");
        (model.TargetMs, model.Probability).ShouldBe((0.001, 0.999));
    }

    [Fact]
    public async Task Selections_of_clients_that_send_their_requests_themselves_are_demand_too()
    {
        await using var platform = await TestPlatform.StartAsync(["model"], Hourly);
        platform.Registry.Put(TestPlatform.DigitModel("model", 0.9, 10_000_000_000));
        await platform.FollowedAsync();
        using var selected = await platform.PostAsync("/v1/select", """{"client": "fast", "items": 4}""");
        var id = (await Waiting.BodyAsync(selected)).GetProperty("requestId").GetString();
        var before = await OneAsync(platform);

        using var told = await platform.PostAsync("/v1/feedback", $$"""{"requestId": "{{id}}", "latencyMs": 12}""");
        var after = await OneAsync(platform);

        (before.Requests, before.Items, before.InFlight, before.Good).ShouldBe((1, 4, 1, 0));
        (after.Requests, after.InFlight, after.Good).ShouldBe((1, 0, 1));
        after.P95Ms.ShouldNotBeNull().ShouldBe(12, 0.2);
    }

    [Fact]
    public async Task A_model_that_is_gone_is_not_told_any_more()
    {
        await using var platform = await TestPlatform.StartAsync(["model"], Hourly);
        await platform.AnswerAsync("fast");
        await OneAsync(platform);

        platform.Registry.DeleteExecutor("model");
        await platform.FollowedAsync();
        (await OneAsync(platform)).BusyReplicaMs.ShouldBeGreaterThan(0, "what a replica did is not forgotten with it");
        platform.Registry.DeleteModel("model@1");
        await platform.FollowedAsync();

        using var listener = await Listener.StartAsync(platform);
        (await listener.NextAsync()).Models.ShouldBeEmpty();
    }

    [Fact]
    public async Task More_listeners_than_there_may_be_are_refused_until_one_leaves()
    {
        await using var platform = await TestPlatform.StartAsync([], Hourly, "--Demand:MaxListeners=1");
        var first = await Listener.StartAsync(platform);
        await first.NextAsync();

        using (var refused = await platform.Http.GetAsync("/v1/demand"))
        {
            ((int)refused.StatusCode).ShouldBe(503);
            refused.Headers.RetryAfter.ShouldNotBeNull();
        }

        first.Dispose();
        await Batches.Eventually(() => platform.Services.GetRequiredService<DemandStream>().Listeners == 0);
        using var second = await Listener.StartAsync(platform);
        await second.NextAsync();
    }

    [Fact]
    public async Task It_ends_when_the_selector_stops()
    {
        await using var platform = await TestPlatform.StartAsync([], Hourly);
        using var listener = await Listener.StartAsync(platform);
        await listener.NextAsync();

        await platform.StopSelectorAsync().WaitAsync(TestPlatform.Patience);

        await listener.EndAsync();
    }

    [Fact]
    public async Task A_listener_that_does_not_read_is_cut_off()
    {
        await using var platform = await TestPlatform.StartAsync([]);
        var time = new ManualTime();
        var stream = new DemandStream(
            platform.Services.GetRequiredService<DemandReporter>(), platform.Services.GetRequiredService<DemandLedger>(),
            platform.Services.GetRequiredService<IHostApplicationLifetime>(), Options.Create(new DemandOptions { SlowAfterMs = 3000 }), time);
        using var connection = new Connection();
        var context = new DefaultHttpContext();
        using var stuck = new StuckStream();
        context.Features.Set<IHttpRequestLifetimeFeature>(connection);
        context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(stuck));

        var telling = stream.WriteAsync(context);
        await time.WaitForTimerAsync(TimeSpan.FromMilliseconds(3000));
        stream.Listeners.ShouldBe(1);
        time.Advance(TimeSpan.FromMilliseconds(3000));

        await telling.WaitAsync(TestPlatform.Patience);
        connection.IsCut.ShouldBeTrue();
        stream.Listeners.ShouldBe(0);
    }

    private static async Task<ModelDemand> OneAsync(TestPlatform platform)
    {
        using var listener = await Listener.StartAsync(platform);
        return (await listener.NextAsync()).Models.ShouldHaveSingleItem();
    }

    /// <summary>A connection whose other end reads nothing.</summary>
    private sealed class StuckStream : MemoryStream
    {
        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);

        public override async Task FlushAsync(CancellationToken cancellationToken) => await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
    }

    private sealed class Connection : IHttpRequestLifetimeFeature, IDisposable
    {
        private readonly CancellationTokenSource _aborted = new();

        public bool IsCut => _aborted.IsCancellationRequested;

        public CancellationToken RequestAborted
        {
            get => _aborted.Token;
            set => throw new NotSupportedException();
        }

        public void Abort() => _aborted.Cancel();

        public void Dispose() => _aborted.Dispose();
    }

    private sealed class Listener(HttpResponseMessage response, StreamReader reader) : IDisposable
    {
        public string? ContentType => response.Content.Headers.ContentType?.MediaType;

        public static async Task<Listener> StartAsync(TestPlatform platform)
        {
            var response = await platform.Http.GetAsync("/v1/demand", HttpCompletionOption.ResponseHeadersRead);
            ((int)response.StatusCode).ShouldBe(200);
            return new Listener(response, new StreamReader(await response.Content.ReadAsStreamAsync()));
        }

        public async Task<DemandReport> NextAsync()
        {
            var line = await reader.ReadLineAsync().WaitAsync(TestPlatform.Patience / 2);
            return JsonSerializer.Deserialize(line.ShouldNotBeNull(), DemandJson.Default.DemandReport)!;
        }

        public async Task EndAsync()
        {
            while (await reader.ReadLineAsync().WaitAsync(TestPlatform.Patience) is not null)
            {
                // A line from before.
            }
        }

        public void Dispose()
        {
            reader.Dispose();
            response.Dispose();
        }
    }
}
