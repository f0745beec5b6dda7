using System.Diagnostics.Metrics;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using MuLambda.Catalog;
using MuLambda.Protocol.Grpc;

namespace MuLambda.Selector.Tests.Slo;

public sealed class SloServiceTests
{
    // No answer of a busy machine takes so long.
    private static readonly Client WithSlo = TestPlatform.Client("watched", 1, 0) with { Slo = new(600_000) };

    [Fact]
    public async Task Inferences_count_by_how_they_ended_and_what_the_caller_got_wrong_does_not()
    {
        await using var platform = await StartAsync();
        await platform.AnswerAsync("watched");
        await TestPlatform.ProblemAsync(platform.InferAsync("watched", """{"instances": "no"}"""), 400);
        platform["linear"].FailWith(StatusCode.Internal);
        await TestPlatform.ProblemAsync(platform.InferAsync("watched", timeoutMs: 30_000), 503);

        var status = await UntilAsync(platform, status => status.Requests >= 2);

        (status.Client, status.Requests, status.Good, status.Attainment).ShouldBe(("watched", 2L, 1L, 0.5));
        status.BudgetLeft.ShouldBe(-49, 1e-6);
        status.Selectors.ShouldHaveSingleItem();
        status.Latency.ShouldNotBeNull();
        status.Alerts.Count.ShouldBe(3);
    }

    [Fact]
    public async Task What_a_client_tells_of_its_own_requests_counts_once()
    {
        await using var platform = await StartAsync();
        for (var i = 0; i < 2; i++)
        {
            using var selected = await platform.PostAsync("/v1/select", """{"client": "watched"}""");
            var id = (await selected.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("requestId").GetString();
            var feedback = i == 0 ? $$"""{"requestId": "{{id}}", "latencyMs": 12.5}""" : $$"""{"requestId": "{{id}}", "failed": true}""";
            using var told = await platform.PostAsync("/v1/feedback", feedback);
            ((int)told.StatusCode).ShouldBe(200);
            using var again = await platform.PostAsync("/v1/feedback", feedback);
            ((int)again.StatusCode).ShouldBe(409);
        }

        var status = await StatusAsync(platform);
        (status.Requests, status.Good).ShouldBe((2, 1));
        status.Latency!.P50Ms.ShouldBe(12.5, 0.2);
    }

    [Fact]
    public async Task The_registry_is_told_at_once_of_a_client_and_when_an_alert_begins_and_ends()
    {
        await using var platform = await StartAsync("--Slo:WindowScale=0.001", "--Slo:MinRequests=1", "--Selector:Id=me");
        var reports = platform.Registry.SloReports.Reader;

        var first = await reports.ReadAsync().AsTask().WaitAsync(TestPlatform.Patience);
        (first.Selector, first.Client, first.Slo).ShouldBe(("me", "watched", WithSlo.Slo));
        first.AlertWindows.Select(window => window.Seconds).ShouldBe([0.3, 1.8, 3.6, 21.6, 259.2]);

        platform["linear"].FailWith(StatusCode.Internal);
        SloReport? report = null;
        while (report is not { Alerts: [{ Firing: true }, ..] })
        {
            using var failed = await platform.InferAsync("watched");
            reports.TryRead(out report);
        }

        while (report.Alerts[0].Firing)
        {
            report = await reports.ReadAsync().AsTask().WaitAsync(TestPlatform.Patience);
        }
    }

    [Fact]
    public async Task The_metrics_tell_attainment_budget_burn_rates_and_alerts_by_client()
    {
        await using var platform = await StartAsync();
        await platform.AnswerAsync("watched");
        await UntilAsync(platform, status => status.Requests == 1);
        var factory = platform.Services.GetRequiredService<IMeterFactory>();
        List<(string Name, double Value, string Tags)> measured = [];
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (ReferenceEquals(instrument.Meter.Scope, factory) && instrument.Name.StartsWith("mulambda.slo.", StringComparison.Ordinal))
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => measured.Add((instrument.Name, value, Text(tags))));
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => measured.Add((instrument.Name, value, Text(tags))));
        listener.Start();
        listener.RecordObservableInstruments();

        measured.ShouldContain(("mulambda.slo.attainment", 1, "mulambda.client=watched"));
        measured.ShouldContain(("mulambda.slo.error_budget", 1, "mulambda.client=watched"));
        foreach (var window in (string[])["5m", "30m", "1h", "6h", "3d"])
        {
            measured.ShouldContain(("mulambda.slo.burn_rate", 0, $"mulambda.client=watched,mulambda.window={window}"));
        }

        foreach (var windows in (string[])["1h/5m", "6h/30m", "3d/6h"])
        {
            measured.ShouldContain(("mulambda.slo.alert", 0, $"mulambda.client=watched,mulambda.window={windows}"));
        }

        static string Text(ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
            string.Join(",", tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"));
    }

    [Fact]
    public async Task A_client_without_an_objective_and_one_that_is_unknown_are_told_apart()
    {
        await using var platform = await StartAsync();

        (await TestPlatform.ProblemAsync(platform.Http.GetAsync("/v1/clients/fast/slo"), 404))
            .GetProperty("detail").GetString()!.ShouldContain("no objective");
        (await TestPlatform.ProblemAsync(platform.Http.GetAsync("/v1/clients/nobody/slo"), 404))
            .GetProperty("detail").GetString()!.ShouldContain("No client 'nobody'");
    }

    [Fact]
    public async Task A_client_that_goes_takes_its_counts_along()
    {
        await using var platform = await StartAsync();
        await platform.AnswerAsync("watched");
        await UntilAsync(platform, status => status.Requests == 1);

        platform.Registry.DeleteClient("watched");
        await TrackedAsync(platform, isTracked: false);
        platform.Registry.Put(WithSlo);
        await TrackedAsync(platform, isTracked: true);

        (await StatusAsync(platform)).Requests.ShouldBe(0);
    }

    private static async Task<TestPlatform> StartAsync(params string[] options)
    {
        var platform = await TestPlatform.StartAsync(["linear"], options);
        platform.Registry.Put(WithSlo);
        await TrackedAsync(platform, isTracked: true);
        return platform;
    }

    // Trackers follow the catalog just after selections do.
    private static async Task TrackedAsync(TestPlatform platform, bool isTracked)
    {
        await platform.FollowedAsync();
        using var patience = new CancellationTokenSource(TestPlatform.Patience);
        for (var tracked = !isTracked; tracked != isTracked;)
        {
            using var answer = await platform.Http.GetAsync("/v1/clients/watched/slo", patience.Token);
            tracked = answer.IsSuccessStatusCode;
        }
    }

    private static async Task<SloStatus> StatusAsync(TestPlatform platform) =>
        (await platform.Http.GetFromJsonAsync("/v1/clients/watched/slo", CatalogJson.Default.SloStatus))!;

    // A request is counted just after its answer has been sent.
    private static async Task<SloStatus> UntilAsync(TestPlatform platform, Func<SloStatus, bool> condition)
    {
        using var patience = new CancellationTokenSource(TestPlatform.Patience);
        while (true)
        {
            patience.Token.ThrowIfCancellationRequested();
            if (await StatusAsync(platform) is var status && condition(status))
            {
                return status;
            }
        }
    }
}
