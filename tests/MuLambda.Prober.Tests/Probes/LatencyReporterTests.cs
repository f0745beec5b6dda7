using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using MuLambda.Catalog.Http;
using MuLambda.Prober.Options;
using MuLambda.Prober.Probes;
using MuLambda.Prober.Tests.Support;

namespace MuLambda.Prober.Tests.Probes;

public class LatencyReporterTests
{
    private readonly FakeClock _clock = new();
    private readonly ProberOptions _options = new() { Node = "edge" };

    [Fact]
    public async Task The_round_trips_of_all_clients_go_in_one_call_and_only_once_while_they_stay()
    {
        await using var registry = await RegistryStandIn.StartAsync();
        await using var client = await LocalServer.StartAsync(Answer);
        using var table = Table(client, "a", "b");
        using var reporter = Reporter(registry, table);
        await ProbeAllAsync(table);

        await reporter.ReportAsync(CancellationToken.None);
        await reporter.ReportAsync(CancellationToken.None);

        var call = await registry.NextAsync();
        call.Kind.ShouldBe("latencies");
        call.Id.ShouldBe("edge");
        call.Reports!.Select(report => report.Client).ShouldBe(["a", "b"], ignoreOrder: true);
        call.Reports!.ShouldAllBe(report => report.MedianMs == 3 && report.TailMs == 3 && report.Samples == 1);

        // A second call for the same figures would come before this one.
        await ProbeAllAsync(table);
        await reporter.ReportAsync(CancellationToken.None);
        (await registry.NextAsync()).Reports!.ShouldAllBe(report => report.Samples == 2);
    }

    [Fact]
    public async Task Reports_that_the_registry_did_not_take_are_sent_when_it_is_back()
    {
        await using var registry = await RegistryStandIn.StartAsync();
        await using var client = await LocalServer.StartAsync(Answer);
        using var table = Table(client, "a");
        using var reporter = Reporter(registry, table);
        await ProbeAllAsync(table);

        await registry.Server.StopAsync();
        await reporter.ReportAsync(CancellationToken.None);
        await registry.Server.StartAsync();
        await reporter.ReportAsync(CancellationToken.None);

        (await registry.NextAsync()).Reports!.ShouldHaveSingleItem().Client.ShouldBe("a");
    }

    private Task Answer(HttpContext context)
    {
        _clock.Advance(TimeSpan.FromMilliseconds(3));
        context.Response.StatusCode = 204;
        return Task.CompletedTask;
    }

    private ProbeTable Table(LocalServer client, params string[] clients)
    {
        var table = new ProbeTable(_options, _clock, Dns.GetHostAddressesAsync);
        table.Follow(SampleCatalog.WithClients([.. clients.Select(id => (id, (string?)client.Url.AbsoluteUri))]));
        return table;
    }

    private LatencyReporter Reporter(RegistryStandIn registry, ProbeTable table) => new(
        table,
        registry.CreateClient(),
        new CatalogFeed(registry.CreateClient()),
        Microsoft.Extensions.Options.Options.Create(_options),
        _clock,
        NullLogger<LatencyReporter>.Instance);

    private async Task ProbeAllAsync(ProbeTable table)
    {
        foreach (var probe in table.Probes)
        {
            (await probe.ProbeAsync(_clock, CancellationToken.None).WaitAsync(Deadlines.Generous))
                .ShouldBeOfType<ProbeResult.Answered>();
        }
    }
}
