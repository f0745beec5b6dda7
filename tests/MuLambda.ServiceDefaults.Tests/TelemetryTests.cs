using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using MuLambda.Tests.Otlp;

namespace MuLambda.ServiceDefaults.Tests;

public sealed class TelemetryTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Traces_metrics_and_logs_reach_the_configured_endpoint_under_the_services_name()
    {
        await using var collector = await OtlpCollector.StartAsync();
        using var source = new ActivitySource("MuLambda.Test");
        var service = await ServiceUnderTest.StartAsync(
            app => app.MapGet("/work", () =>
            {
                using var span = source.StartActivity("work");
                return "done";
            }),
            Exporting(collector));
        await using (service)
        {
            await service.Client.GetStringAsync(new Uri(service.Address, "/health"));
            await service.Client.GetStringAsync(new Uri(service.Address, "/work"));
            await service.App.StopAsync();
        }

        var spans = await collector.WaitForAsync(spans => spans.Any(span => span.Name == "work"), Patience);
        await collector.WaitForSignalAsync("metrics", Patience);
        await collector.WaitForSignalAsync("logs", Patience);

        var work = spans.Single(span => span.Name == "work");
        work.Service.ShouldBe("service-under-test");
        spans.ShouldContain(span => span.SpanId == work.ParentId, "the server's own span is the parent");
        spans.ShouldNotContain(span => span.Attributes.GetValueOrDefault("url.path") == "/health", "health checks are left out");
    }

    [Fact]
    public async Task Nothing_is_exported_when_no_endpoint_is_configured()
    {
        using var source = new ActivitySource("MuLambda.Unheard");
        var traced = false;
        await using var service = await ServiceUnderTest.StartAsync(app => app.MapGet("/work", () =>
        {
            using var span = source.StartActivity("work");
            traced = span is not null;
        }));

        await service.Client.GetStringAsync(new Uri(service.Address, "/work"));

        traced.ShouldBeFalse();
    }

    private static Dictionary<string, string?> Exporting(OtlpCollector collector) => new()
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Endpoint,
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        ["OTEL_SERVICE_NAME"] = "service-under-test",
    };
}
