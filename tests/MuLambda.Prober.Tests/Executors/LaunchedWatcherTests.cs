using Microsoft.Extensions.Logging.Abstractions;
using MuLambda.Catalog;
using MuLambda.Prober.Executors;
using MuLambda.Prober.Net;
using MuLambda.Prober.Options;
using MuLambda.Prober.Tests.Support;

namespace MuLambda.Prober.Tests.Executors;

/// <summary>Executors that a scaler launched: the prober says how they are, and nothing that is the scaler's to say.</summary>
public sealed class LaunchedWatcherTests : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    private readonly FakeClock _clock = new();
    private readonly HttpClient _http = Untraced.CreateClient(null, 1 << 20);
    private readonly CancellationTokenSource _stop = new();
    private volatile CatalogSnapshot _catalog = CatalogSnapshot.Empty;
    private ExecutorStandIn _executor = null!;
    private RegistryStandIn _registry = null!;
    private LaunchedWatcher _watcher = null!;
    private Task _running = Task.CompletedTask;

    public async Task InitializeAsync()
    {
        _executor = await ExecutorStandIn.StartAsync("digits", (1, "AVAILABLE"));
        _registry = await RegistryStandIn.StartAsync("digits@1");
        await _registry.CreateClient().PutExecutorAsync(Launched(ExecutorState.Ready));
        await _registry.NextAsync();
    }

    public async Task DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        await _executor.DisposeAsync();
        await _registry.DisposeAsync();
    }

    public void Dispose()
    {
        _http.Dispose();
        _stop.Dispose();
    }

    [Fact]
    public async Task It_keeps_the_lease_of_one_that_is_ready_with_its_load_and_registers_nothing()
    {
        _executor.Metrics = "mulambda_executor_requests_in_flight 2\nmulambda_executor_queue_length 3\n";
        Watch();

        for (var look = 0; look < 3; look++)
        {
            var call = await _registry.NextAsync();
            call.Kind.ShouldBe("heartbeat");
            call.Heartbeat!.State.ShouldBe(ExecutorState.Ready);
            call.Heartbeat.Load.ShouldBe(new ExecutorLoad(2, 3));
            await _clock.TickAsync(Poll);
        }
    }

    [Fact]
    public async Task One_that_is_gone_is_reported_failed_and_ready_when_it_answers_again()
    {
        Watch();
        await _registry.NextAsync();

        await _executor.Server.StopAsync();
        await _clock.TickAsync(Poll);
        (await _registry.NextAsync()).Heartbeat!.State.ShouldBe(ExecutorState.Failed);
        Know(ExecutorState.Failed);

        await _executor.Server.StartAsync();
        await _clock.TickAsync(Poll);
        (await _registry.NextAsync()).Heartbeat!.State.ShouldBe(ExecutorState.Ready);
    }

    [Fact]
    public async Task One_that_is_gone_at_the_first_look_was_ready_before_and_is_reported_failed()
    {
        await _executor.Server.StopAsync();
        Watch();

        (await _registry.NextAsync()).Heartbeat!.State.ShouldBe(ExecutorState.Failed);
    }

    [Fact]
    public async Task While_it_drains_the_prober_is_silent()
    {
        Watch();
        await _registry.NextAsync();

        Know(ExecutorState.Draining);
        await _clock.TickAsync(Poll);
        await _clock.TickAsync(Poll);
        Know(ExecutorState.Ready);
        await _clock.TickAsync(Poll);

        // Of the two looks between nothing has come.
        (await _registry.NextAsync()).Heartbeat!.State.ShouldBe(ExecutorState.Ready);
        _registry.Executors.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Once_the_scaler_has_taken_it_back_it_is_left()
    {
        Watch();
        await _registry.NextAsync();

        _catalog = CatalogSnapshot.Empty;
        await _clock.TickAsync(Poll);

        await _running.WaitAsync(Deadlines.Generous);
    }

    [Fact]
    public void Only_ready_ones_that_were_launched_on_its_node_are_accompanied()
    {
        LaunchedWatcher.IsFor(Launched(ExecutorState.Ready), "edge").ShouldBeTrue();
        LaunchedWatcher.IsFor(Launched(ExecutorState.Ready), "elsewhere").ShouldBeFalse();
        LaunchedWatcher.IsFor(Launched(ExecutorState.Pending), "edge").ShouldBeFalse();
        LaunchedWatcher.IsFor(Launched(ExecutorState.Failed), "edge").ShouldBeFalse();
        LaunchedWatcher.IsFor(Launched(ExecutorState.Ready) with { Launch = null }, "edge").ShouldBeFalse();
    }

    private void Watch()
    {
        Know(ExecutorState.Ready);
        _watcher = new LaunchedWatcher(
            Launched(ExecutorState.Ready), new ProberOptions { Node = "edge" }, _http, _registry.CreateClient(), () => _catalog, _clock, NullLogger.Instance);
        _running = _watcher.RunAsync(_stop.Token);
    }

    private void Know(ExecutorState state) => _catalog = CatalogSnapshot.Empty.Apply(new CatalogChange(
        CatalogChangeType.Put, 1, CatalogKind.Executor, "launched", Executor: Launched(state)));

    private Executor Launched(ExecutorState state) => new(
        "launched", "edge", [new ModelReference("digits", 1)], new ExecutorEndpoints(_executor.Server.Url.AbsoluteUri.TrimEnd('/')), state,
        Launch: new ExecutorLaunch(["digits"], DateTimeOffset.UnixEpoch, []));
}
