using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using MuLambda.Prober.Options;
using MuLambda.Prober.Tests.Support;

namespace MuLambda.Prober.Tests;

public class ProberApplicationTests
{
    [Fact]
    public async Task The_prober_accompanies_its_executors_probes_the_clients_and_leaves_nothing_behind()
    {
        using var listener = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(listener);
        await using var executor = await ExecutorStandIn.StartAsync("digits", (1, "AVAILABLE"));
        await using var client = await LocalServer.StartAsync(context =>
        {
            context.Response.StatusCode = 204;
            return Task.CompletedTask;
        });
        await using var registry = await RegistryStandIn.StartAsync("digits@1");
        registry.Add("app", client.Url.AbsoluteUri);
        registry.Add("outside", "http://192.0.2.1/");

        await using var prober = Build(registry, executor);
        await prober.StartAsync();
        (await registry.NextAsync(call => call.Kind == "put")).Executor!.Id.ShouldBe("digits");
        var report = (await registry.NextAsync(call => call.Kind == "latencies")).Reports!.ShouldHaveSingleItem();
        report.Client.ShouldBe("app");
        report.Node.ShouldBe("local");
        report.MedianMs.ShouldBeGreaterThan(0);
        report.TailMs.ShouldBeGreaterThanOrEqualTo(report.MedianMs);

        using var http = new HttpClient { BaseAddress = new Uri(prober.Urls.Single()) };
        (await http.GetAsync("/health")).EnsureSuccessStatusCode();
        (await http.GetAsync("/alive")).EnsureSuccessStatusCode();
        var status = await http.GetFromJsonAsync<JsonElement>("/v1/status");
        status.GetProperty("node").GetString().ShouldBe("local");
        status.GetProperty("registry").GetProperty("connected").GetBoolean().ShouldBeTrue();
        status.GetProperty("executors")[0].GetProperty("state").GetString().ShouldBe("ready");
        status.GetProperty("executors")[0].GetProperty("models")[0].GetString().ShouldBe("digits@1");
        var outside = status.GetProperty("probes").EnumerateArray().Single(probe => probe.GetProperty("client").GetString() == "outside");
        outside.GetProperty("refused").GetBoolean().ShouldBeTrue();
        outside.GetProperty("reason").GetString()!.ShouldContain("192.0.2.1");

        ReadyExecutors(prober).ShouldBe(1);
        await prober.StopAsync();
        registry.Executors.ShouldBeEmpty();
        executor.Server.TraceParents.ShouldBeEmpty();
        client.TraceParents.ShouldBeEmpty();
        registry.Server.TraceParents.ShouldBeEmpty();
    }

    private static WebApplication Build(RegistryStandIn registry, ExecutorStandIn executor)
    {
        var arguments = new ProberArguments
        {
            Urls = "http://127.0.0.1:0",
            Executors = [new ExecutorOptions { Id = "digits" }],
        };
        return ProberApplication.Build(arguments, builder => builder.Configuration.AddInMemoryCollection(
            new Dictionary<string, string?>
            {
                ["services:registry:http:0"] = registry.Server.Url.AbsoluteUri,
                ["services:digits:http:0"] = executor.Server.Url.AbsoluteUri,
                ["Prober:PollSeconds"] = "0.1",
                ["Prober:PollTimeoutSeconds"] = "20",
                ["Prober:ProbeSeconds"] = "20",
                ["Prober:ProbeTimeoutSeconds"] = "20",
            }));
    }

    private static int ReadyExecutors(WebApplication prober)
    {
        var meters = prober.Services.GetRequiredService<IMeterFactory>();
        var ready = 0;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Scope == meters && instrument.Name == "mulambda.prober.executors")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<int>((_, value, tags, _) =>
        {
            if (tags[0] is { Key: "mulambda.state", Value: "ready" })
            {
                ready += value;
            }
        });
        listener.Start();
        listener.RecordObservableInstruments();
        return ready;
    }
}
