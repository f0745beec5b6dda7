using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MuLambda.Selector.Tests;

public sealed class ServiceTests
{
    [Fact]
    public async Task While_the_registry_is_away_inference_goes_on_and_its_return_is_followed()
    {
        await using var platform = await TestPlatform.StartAsync(["small", "large"]);
        await platform.AnswerAsync("fast");

        await platform.Registry.StopAsync();
        for (var i = 0; i < 5; i++)
        {
            InferTests.Labels(await platform.AnswerAsync("accurate", TestPlatform.Body(i))).ShouldBe([i]);
        }

        (await platform.Http.GetAsync("/health")).EnsureSuccessStatusCode();
        platform.Registry.Put(TestPlatform.Client("late", 1, 0));
        await platform.Registry.StartAsync();
        await platform.UntilAsync(s => s.TryGetDemand("late", out _));
        await platform.AnswerAsync("late");
    }

    [Fact]
    public async Task A_snapshot_that_fails_does_not_end_the_following()
    {
        await using var platform = await TestPlatform.StartAsync(["small"]);
        var failed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        platform.Services.GetRequiredService<CatalogFollower>().SnapshotChanged += () =>
        {
            if (failed.TrySetResult())
            {
                throw new InvalidOperationException("injected");
            }
        };
        platform.Registry.Put(TestPlatform.Client("first", 1, 0));
        await failed.Task.WaitAsync(TestPlatform.Patience);

        platform.Registry.Put(TestPlatform.Client("second", 1, 0));

        await platform.UntilAsync(s => s.TryGetDemand("second", out _));
        InferTests.Labels(await platform.AnswerAsync("second")).ShouldBe([3]);
    }

    [Fact]
    public async Task Before_the_catalog_has_arrived_it_is_alive_but_not_ready()
    {
        await using var app = SelectorApplication.Create(
            ["--urls=http://127.0.0.1:0", "--Selector:Registry=http://127.0.0.1:9"]);
        await app.StartAsync();
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };

        ((int)(await http.GetAsync("/alive")).StatusCode).ShouldBe(200);
        ((int)(await http.GetAsync("/health")).StatusCode).ShouldBe(503);
        await TestPlatform.ProblemAsync(http.PostAsJsonAsync("/v1/select", new { client = "fast" }), 503);
    }

    [Theory]
    [InlineData("--Selector:Policy=best", "best")]
    [InlineData("--Selector:MaxAttempts=0", "MaxAttempts")]
    [InlineData("--Selector:Polity=mulambda", "Polity")]
    [InlineData("--Selector:DefaultTimeoutMs=soon", "DefaultTimeoutMs")]
    [InlineData("--Selector:Node=A B", "Node")]
    [InlineData("--Selector:Id=A B", "Id")]
    [InlineData("--Selector:LeaseSeconds=0.5", "LeaseSeconds")]
    [InlineData("--Selector:MaxQuarantineMs=1", "MaxQuarantineMs")]
    [InlineData("--Selector:Registry=ftp://x", "Registry")]
    [InlineData("--Selector:Advertise=ftp://x", "Advertise")]
    [InlineData("--ColdStart:MaxQueued=0", "MaxQueued")]
    [InlineData("--ColdStart:TimeoutMs=0", "TimeoutMs")]
    [InlineData("--Demand:IntervalMs=1", "IntervalMs")]
    [InlineData("--Selector:GrpcPort=65536", "GrpcPort")]
    [InlineData("--Selector:GrpcPort=many", "GrpcPort")]
    public async Task A_wrong_option_ends_the_start_with_its_name(string option, string named)
    {
        await using var app = SelectorApplication.Create(
            [.. option.Contains("Registry") ? [] : new[] { "--Selector:Registry=http://127.0.0.1:9" }, "--urls=http://127.0.0.1:0", option]);

        var exception = await Should.ThrowAsync<Exception>(() => app.StartAsync());

        exception.ToString().ShouldContain(named);
    }

    [Fact]
    public async Task Without_a_port_for_it_there_is_no_grpc()
    {
        await using var app = SelectorApplication.Create(["--urls=http://127.0.0.1:0", "--Selector:Registry=http://127.0.0.1:9"]);
        await app.StartAsync();

        app.Services.GetRequiredService<SelectorListeners>().Grpc.ShouldBeEmpty();
        app.Urls.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("Warning", true)]
    public async Task That_its_endpoints_are_set_in_code_is_no_warning_unless_somebody_asks_for_it(string? level, bool told)
    {
        using var log = new LogList();
        await using var app = SelectorApplication.Create(
            [
                "--urls=http://127.0.0.1:0", "--Selector:Registry=http://127.0.0.1:9", "--Selector:GrpcPort=0",
                .. level is null ? [] : new[] { $"--Logging:LogLevel:Microsoft.AspNetCore.Server.Kestrel={level}" },
            ],
            builder => builder.Logging.ClearProviders().AddProvider(log));

        await app.StartAsync();

        log.Messages.Any(message => message.Contains("Overriding address", StringComparison.Ordinal)).ShouldBe(told);
    }

    [Theory]
    [InlineData("--Kestrel:Endpoints:Http:Url=http://127.0.0.1:0", "Kestrel:Endpoints")]
    [InlineData("--urls=https://127.0.0.1:0", "https://127.0.0.1:0")]
    [InlineData("--urls=http://selector.example:0", "selector.example")]
    public async Task Where_grpc_cannot_share_the_addresses_of_rest_it_is_said_at_the_start(string option, string named)
    {
        var exception = await Should.ThrowAsync<InvalidOperationException>(async () =>
        {
            await using var app = SelectorApplication.Create(["--Selector:Registry=http://127.0.0.1:9", "--Selector:GrpcPort=0", option]);
            await app.StartAsync();
        });

        exception.Message.ShouldContain(named);
    }

    [Fact]
    public async Task Without_any_address_of_the_registry_it_does_not_start()
    {
        await using var app = SelectorApplication.Create(["--urls=http://127.0.0.1:0"]);

        (await Should.ThrowAsync<OptionsValidationException>(() => app.StartAsync())).Message.ShouldContain("services:registry:http:0");
    }

    [Theory]
    [InlineData(new[] { "serve" }, "serve")]
    [InlineData(new[] { "--polity", "x" }, "polity")]
    [InlineData(new[] { "--Selector:Policy" }, "no value")]
    public void An_unknown_argument_is_an_error(string[] args, string named) =>
        CommandLine.Check(args).ShouldNotBeNull().ShouldContain(named);

    [Fact]
    public void The_arguments_of_the_host_are_known() =>
        CommandLine.Check(["--urls=http://127.0.0.1:0", "--Selector:Policy", "random", "--Logging:LogLevel:Default=Debug"]).ShouldBeNull();

    [Fact]
    public async Task The_answer_that_benchmarks_compare_with_is_there_only_when_asked_for()
    {
        await using var usual = await TestPlatform.StartAsync([]);
        await using var measured = await TestPlatform.StartAsync(["small"], "--Selector:ConstantEndpoint=true");

        ((int)(await usual.PostAsync("/benchmark/constant", "{}")).StatusCode).ShouldBe(404);
        var constant = await (await measured.PostAsync("/benchmark/constant", "{}")).Content.ReadFromJsonAsync<JsonElement>();
        var selected = await (await measured.PostAsync("/v1/select", """{"client": "fast"}""")).Content.ReadFromJsonAsync<JsonElement>();

        constant.EnumerateObject().Select(m => m.Name).ShouldBe(selected.EnumerateObject().Select(m => m.Name));
    }

    [Fact]
    public async Task The_api_describes_itself()
    {
        await using var platform = await TestPlatform.StartAsync([]);

        var document = await platform.Http.GetFromJsonAsync<JsonElement>("/openapi/v1.json");

        var paths = document.GetProperty("paths");
        paths.EnumerateObject().Select(p => p.Name).ShouldBe(
            ["/v1/select", "/v1/candidates", "/v1/clients/{client}:infer", "/v1/feedback", "/v1/clients/{client}/slo", "/v1/demand"], ignoreOrder: true);
        ParametersOf(paths, "/v1/clients/{client}:infer").ShouldBe(
            ["path client", "header mulambda-timeout-ms", "header mulambda-priority", "header mulambda-outside-ms"], ignoreOrder: true);
        ParametersOf(paths, "/v1/select").ShouldBe(["query explain", "header mulambda-timeout-ms", "header mulambda-priority"], ignoreOrder: true);
        paths.GetProperty("/v1/feedback").GetProperty("post").GetProperty("requestBody").GetProperty("content")
            .GetProperty("application/json").GetProperty("schema").GetProperty("properties").EnumerateObject().Select(p => p.Name).ShouldBe(
                ["requestId", "correct", "score", "confidence", "latencyMs", "failed", "requestsAhead"], ignoreOrder: true);
    }

    private static IEnumerable<string> ParametersOf(JsonElement paths, string path) =>
        paths.GetProperty(path).GetProperty("post").GetProperty("parameters").EnumerateArray()
            .Select(parameter => $"{parameter.GetProperty("in")} {parameter.GetProperty("name")}");

    [Fact]
    public async Task An_inference_is_one_trace_of_selections_and_forwards_down_to_the_executor()
    {
        await using var platform = await TestPlatform.StartAsync(["small", "large"]);
        platform["small"].FailWith(Protocol.Grpc.StatusCode.Unavailable);
        var trace = ActivityTraceId.CreateRandom();
        var spans = new System.Collections.Concurrent.ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "MuLambda.Selector" or "Microsoft.AspNetCore" or "System.Net.Http",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                if (activity.TraceId == trace)
                {
                    spans.Enqueue(activity);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        platform.Http.DefaultRequestHeaders.Add("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01");

        await platform.AnswerAsync("fast");

        var own = spans.Where(s => s.Source.Name == "MuLambda.Selector").ToList();
        own.Select(s => s.OperationName).ShouldBe(["select", "batch", "forward", "select", "batch", "forward"]);
        own.Select(s => s.ParentSpanId).Distinct().Count().ShouldBe(1);
        own[2].Status.ShouldBe(ActivityStatusCode.Error);
        own[3].GetTagItem("mulambda.policy").ShouldBe("mulambda");
        own[3].GetTagItem("mulambda.considered").ShouldBe(1);
        own[4].GetTagItem("mulambda.attempt").ShouldBe(2);
        own[4].GetTagItem("mulambda.client").ShouldBe("fast");
        own[5].GetTagItem("mulambda.executor").ShouldBe("large");
        own[5].GetTagItem("mulambda.model.version").ShouldBe(1L);
        platform["large"].Calls.Single().TraceParent.ShouldNotBeNull().ShouldContain(trace.ToString());
    }
}
