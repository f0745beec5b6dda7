using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using MuLambda.Catalog.Http;
using MuLambda.Prober.Coordinates;
using MuLambda.Prober.Options;
using MuLambda.Prober.Probes;
using MuLambda.Prober.Tests.Support;

namespace MuLambda.Prober.Tests.Probes;

public sealed class ProbeSchedulerTests : IAsyncLifetime, IDisposable
{
    /// <summary>Far longer, on the test's clock, than real answers take however often that clock ticks meanwhile.</summary>
    private const double Long = 100_000;

    private readonly FakeClock _clock = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly CancellationTokenSource _stop = new();
    private RegistryStandIn _registry = null!;
    private ProbeScheduler? _scheduler;
    private ProbeTable? _table;
    private Task _feeding = Task.CompletedTask;

    public async Task InitializeAsync() => _registry = await RegistryStandIn.StartAsync();

    public async Task DisposeAsync()
    {
        if (_scheduler is not null)
        {
            await _scheduler.StopAsync(CancellationToken.None);
        }

        await _stop.CancelAsync();
        await _feeding;
        await _registry.DisposeAsync();
    }

    public void Dispose()
    {
        _scheduler?.Dispose();
        _table?.Dispose();
        _services.Dispose();
        _stop.Dispose();
    }

    [Fact]
    public async Task A_client_that_does_not_answer_delays_no_other()
    {
        await using var client = await LocalServer.StartAsync(context =>
        {
            context.Response.StatusCode = 204;
            return context.Request.Path == "/slow" ? context.HangAsync() : Task.CompletedTask;
        });
        _registry.Add("slow", new Uri(client.Url, "slow").AbsoluteUri);
        for (var i = 0; i < 20; i++)
        {
            _registry.Add($"quick-{i}", client.Url.AbsoluteUri);
        }

        await StartAsync(new ProberOptions { ProbeSeconds = Long, ProbeTimeoutSeconds = Long, ProbeConcurrency = 2 });
        await TickUntilAsync(() => _table!.Probes.Count(probe => probe.ToStatus().Samples > 0) == 20);

        StatusOf("slow").Samples.ShouldBe(0);

        // Its probe may begin only now, hence as many steps as it takes.
        await TickUntilAsync(() => StatusOf("slow").Samples > 0, TimeSpan.FromSeconds(Long));
        StatusOf("slow").MedianMs.ShouldBe(Long * 1000);
    }

    [Fact]
    public async Task A_thousand_clients_are_probed_no_more_at_a_time_than_allowed()
    {
        const int Clients = 1000;
        const int Concurrency = 16;
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var (running, most) = (0, 0);
        await using var client = await LocalServer.StartAsync(async context =>
        {
            var now = Interlocked.Increment(ref running);
            InterlockedMax(ref most, now);
            await release.Task;
            Interlocked.Decrement(ref running);
            context.Response.StatusCode = 204;
        });
        for (var i = 0; i < Clients; i++)
        {
            _registry.Add($"client-{i}", client.Url.AbsoluteUri);
        }

        await StartAsync(new ProberOptions { ProbeSeconds = Long, ProbeTimeoutSeconds = Long, ProbeConcurrency = Concurrency });
        await TickUntilAsync(() => Volatile.Read(ref running) == Concurrency);
        for (var i = 0; i < 20; i++)
        {
            await _clock.TickAsync(ProbeScheduler.Tick);
        }

        Volatile.Read(ref most).ShouldBe(Concurrency);
        release.SetResult();
        await TickUntilAsync(() => _table!.Probes.Count(probe => probe.ToStatus().Samples > 0) == Clients);
        most.ShouldBe(Concurrency);
    }

    [Fact]
    public async Task A_client_outside_of_what_is_allowed_is_shown_as_refused_and_never_connected()
    {
        await using var client = await LocalServer.StartAsync(_ => Task.CompletedTask);
        _registry.Add("outside", client.Url.AbsoluteUri);
        _registry.Add("file", "file:///etc/hostname");
        _registry.Add("with-user", $"http://user:secret@127.0.0.1:{client.Port}/");

        var options = new ProberOptions();
        options.Allow.Add("10.0.0.0/8");
        await StartAsync(options);
        await TickUntilAsync(() => _table!.Count == 3 && _table.Probes.All(probe => probe.Failures > 0));

        _table!.Probes.ShouldAllBe(probe => probe.ToStatus().Refused);
        client.Connections.ShouldBe(0);
    }

    [Theory]
    [InlineData(0, 0.5, 5)]
    [InlineData(1, 0.5, 5)]
    [InlineData(2, 0.5, 10)]
    [InlineData(100, 0.5, 40)]
    [InlineData(0, 0.0, 4.5)]
    [InlineData(0, 1.0, 5.5)]
    public void A_client_is_probed_every_interval_and_less_often_while_it_fails(int failures, double random, double seconds) =>
        ProbePace.Next(new ProberOptions(), failures, random).TotalSeconds.ShouldBe(seconds, 1e-6);

    [Theory]
    [InlineData(1, 0.01)]
    [InlineData(100, 1)]
    [InlineData(100_000, 5)]
    public void New_clients_are_spread_over_no_more_than_the_interval(int newcomers, double seconds) =>
        ProbePace.First(new ProberOptions(), newcomers, random: 1).TotalSeconds.ShouldBe(seconds, 1e-6);

    [Fact]
    public void A_client_that_leaves_or_moves_is_no_longer_probed_where_it_was()
    {
        using var table = new ProbeTable(new ProberOptions(), _clock, Dns.GetHostAddressesAsync);
        var first = table.Follow(SampleCatalog.WithClients(("a", "http://127.0.0.1:1/"), ("b", "http://127.0.0.1:2/"), ("c", null)));
        first.Select(probe => probe.Client).ShouldBe(["a", "b"], ignoreOrder: true);

        var second = table.Follow(SampleCatalog.WithClients(("a", "http://127.0.0.1:1/"), ("b", "http://127.0.0.1:3/")));
        second.ShouldHaveSingleItem().Endpoint.ShouldBe("http://127.0.0.1:3/");
        first.Single(probe => probe.Client == "b").Removed.ShouldBeTrue();

        table.Follow(SampleCatalog.WithClients()).ShouldBeEmpty();
        table.Count.ShouldBe(0);
    }

    [Fact]
    public void A_client_that_is_for_other_nodes_is_not_probed()
    {
        using var table = new ProbeTable(new ProberOptions(), _clock, Dns.GetHostAddressesAsync);
        var catalog = SampleCatalog.WithClients(("a", "http://127.0.0.1:1/"), ("b", "http://127.0.0.1:2/"));

        table.Follow(catalog, new HashSet<string> { "a" }).ShouldHaveSingleItem().Client.ShouldBe("a");
        var second = table.Follow(catalog, new HashSet<string> { "b" });

        second.ShouldHaveSingleItem().Client.ShouldBe("b");
        table.Probes.ShouldBe(second);
        table.Follow(catalog).ShouldHaveSingleItem().Client.ShouldBe("a");
    }

    private ProbeStatus StatusOf(string client) => _table!.Probes.Single(probe => probe.Client == client).ToStatus();

    private async Task StartAsync(ProberOptions options)
    {
        var feed = new CatalogFeed(_registry.CreateClient());
        _feeding = feed.RunAsync(_stop.Token);
        await feed.WaitForFirstSnapshotAsync().WaitAsync(Deadlines.Generous);
        _table = new ProbeTable(options, _clock, Dns.GetHostAddressesAsync);
        _scheduler = new ProbeScheduler(
            _table,
            new ClientChooser(Microsoft.Extensions.Options.Options.Create(options), _clock),
            feed,
            Microsoft.Extensions.Options.Options.Create(options),
            new ProberMetrics(_services.GetRequiredService<IMeterFactory>()),
            _clock,
            NullLogger<ProbeScheduler>.Instance);
        await _scheduler.StartAsync(CancellationToken.None);
    }

    /// <summary>Lets the schedule go on until something has happened, at a pace that leaves the machine to the servers.</summary>
    private async Task TickUntilAsync(Func<bool> condition, TimeSpan? step = null)
    {
        using var deadline = new CancellationTokenSource(Deadlines.Generous);
        while (!condition())
        {
            deadline.Token.ThrowIfCancellationRequested();
            await _clock.TickAsync(step ?? ProbeScheduler.Tick);
            await Task.Delay(TimeSpan.FromMilliseconds(5));
        }
    }

    private static void InterlockedMax(ref int target, int value)
    {
        for (var seen = Volatile.Read(ref target);
            value > seen && Interlocked.CompareExchange(ref target, value, seen) is var found && found != seen;
            seen = found)
        {
        }
    }
}
