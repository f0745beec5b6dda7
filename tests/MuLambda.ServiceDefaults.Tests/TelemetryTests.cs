using System.Diagnostics;
using System.Globalization;
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
            app =>
            {
                app.MapPut("/v1/leadership/scaler", () => "led");
                app.MapGet("/work", () =>
                {
                    using var span = source.StartActivity("work");
                    return "done";
                });
            },
            Exporting(collector));
        var port = service.Address.Port.ToString(CultureInfo.InvariantCulture);
        await using (service)
        {
            // As whoever checks does: not in a trace of its own, which would keep the check.
            using var outside = new HttpClient(new SocketsHttpHandler { ActivityHeadersPropagator = null });
            await outside.GetStringAsync(new Uri(service.Address, "/health"));
            using var led = await outside.PutAsync(new Uri(service.Address, "/v1/leadership/scaler"), content: null);
            led.IsSuccessStatusCode.ShouldBeTrue();
            await outside.GetStringAsync(new Uri(service.Address, "/work"));
            await service.App.StopAsync();
        }

        var spans = await collector.WaitForAsync(spans => spans.Any(span => span.Name == "work"), Patience);
        await collector.WaitForSignalAsync("metrics", Patience);
        await collector.WaitForSignalAsync("logs", Patience);

        var work = spans.Single(span => span.Name == "work");
        work.Service.ShouldBe("service-under-test");
        var request = spans.Single(span => span.SpanId == work.ParentId);
        request.Attributes["url.path"].ShouldBe("/work", "the server's own span is the parent");

        // The services of other tests, which are of the same process, are heard too.
        spans.Where(span => span.Attributes.GetValueOrDefault("server.port") == port && span.Attributes.ContainsKey("url.path"))
            .ShouldHaveSingleItem("health checks and renewals are left out").ShouldBe(request);
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
