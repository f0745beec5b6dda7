using Microsoft.Extensions.Logging.Abstractions;
using MuLambda.Catalog;
using MuLambda.Prober.Executors;
using MuLambda.Prober.Net;
using MuLambda.Prober.Options;
using MuLambda.Prober.Tests.Support;

namespace MuLambda.Prober.Tests.Executors;

public sealed class ExecutorWatcherTests : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PollTimeout = TimeSpan.FromSeconds(2);

    private readonly FakeClock _clock = new();
    private readonly HttpClient _http = Untraced.CreateClient(null, 1 << 20);
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _faulted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CatalogSnapshot _catalog = CatalogSnapshot.Empty;
    private volatile Exception? _fault;
    private ExecutorStandIn _executor = null!;
    private RegistryStandIn _registry = null!;
    private ExecutorWatcher _watcher = null!;
    private Task _running = Task.CompletedTask;

    public async Task InitializeAsync()
    {
        _executor = await ExecutorStandIn.StartAsync("digits", (1, "AVAILABLE"));
        _registry = await RegistryStandIn.StartAsync("digits@1");
    }

    public async Task DisposeAsync()
    {
        await StopAsync();
        await _executor.DisposeAsync();
        await _registry.DisposeAsync();
    }

    public void Dispose()
    {
        _http.Dispose();
        _stop.Dispose();
    }

    [Fact]
    public async Task An_executor_is_registered_with_the_versions_it_serves_newest_first()
    {
        _executor.Serve("digits", (1, "AVAILABLE"), (3, "AVAILABLE"), (2, "END"), (4, "LOADING"));
        _registry.Upload("digits@3");
        Watch();

        var call = await _registry.NextAsync();

        call.Kind.ShouldBe("put");
        call.Status.ShouldBe(201);
        call.Executor!.Models.ShouldBe([new("digits", 3), new("digits", 1)]);
        call.Executor.State.ShouldBe(ExecutorState.Ready);
        call.Executor.Node.ShouldBe("edge");
        call.Executor.Endpoints.Rest.ShouldBe($"http://127.0.0.1:{_executor.Server.Port}");
        call.Executor.LeaseSeconds.ShouldBe(10);
    }

    [Fact]
    public async Task It_is_registered_only_once_it_serves_a_version()
    {
        _executor.Serve("digits", (1, "LOADING"));
        Watch();
        await _executor.NextQuestionAsync();
        await _clock.TickAsync(Poll);
        _watcher.Current.State.ShouldBe(ExecutorState.Loading);
        _watcher.Current.Registered.ShouldBeFalse();

        _executor.Serve("digits", (1, "AVAILABLE"));
        await _clock.TickAsync(Poll);

        // Any call while it was loading would have come first.
        (await _registry.NextAsync()).Executor!.State.ShouldBe(ExecutorState.Ready);
    }

    [Fact]
    public async Task Every_look_is_followed_by_a_heartbeat_with_the_load_since_the_one_before()
    {
        _executor.Metrics = Metrics(inFlight: 2, queued: 3, seconds: 1.0, count: 100);
        Watch();
        (await _registry.NextAsync()).Executor!.Load.ShouldBe(new ExecutorLoad(2, 3));

        _executor.Metrics = Metrics(inFlight: 4, queued: 0, seconds: 1.5, count: 300);
        await _clock.TickAsync(Poll);

        var heartbeat = (await _registry.NextAsync()).Heartbeat!;
        heartbeat.State.ShouldBe(ExecutorState.Ready);
        heartbeat.Load!.InFlight.ShouldBe(4);
        heartbeat.Load.ServiceMs!.Value.ShouldBe(2.5, 1e-9);
    }

    [Fact]
    public async Task One_that_is_killed_is_reported_failed_at_the_next_look_and_ready_when_it_is_back()
    {
        Watch();
        await _registry.NextAsync();

        await _executor.Server.StopAsync();
        await _clock.TickAsync(Poll);
        var failed = (await _registry.NextAsync()).Heartbeat!;
        failed.State.ShouldBe(ExecutorState.Failed);
        failed.Reason.ShouldBe("It does not answer: the connection is refused.");

        await _executor.Server.StartAsync();
        await _clock.TickAsync(Poll);
        (await _registry.NextAsync()).Heartbeat!.State.ShouldBe(ExecutorState.Ready);
    }

    [Fact]
    public async Task One_that_hangs_is_reported_failed_after_three_deadlines()
    {
        Watch();
        await _registry.NextAsync();
        _executor.Hang();
        _executor.ForgetQuestions();

        var states = new List<ExecutorState>();
        for (var look = 0; look < 3; look++)
        {
            await _clock.TickAsync(Poll);
            await _executor.NextQuestionAsync();
            await _clock.TickAsync(PollTimeout);
            states.Add((await _registry.NextAsync()).Heartbeat!.State);
        }

        states.ShouldBe([ExecutorState.Ready, ExecutorState.Ready, ExecutorState.Failed]);
    }

    [Fact]
    public async Task A_lease_that_expired_is_followed_by_a_new_registration_at_once()
    {
        Watch();
        await _registry.NextAsync();

        _registry.Expire("one");
        await _clock.TickAsync(Poll);

        (await _registry.NextAsync()).ShouldSatisfyAllConditions(
            call => call.Kind.ShouldBe("heartbeat"), call => call.Status.ShouldBe(404));
        (await _registry.NextAsync()).ShouldSatisfyAllConditions(
            call => call.Kind.ShouldBe("put"), call => call.Status.ShouldBe(201));
    }

    [Fact]
    public async Task While_the_registry_is_away_the_executor_is_watched_and_registered_when_it_is_back()
    {
        await _registry.Server.StopAsync();
        Watch();
        await _executor.NextQuestionAsync();
        await _clock.TickAsync(Poll);
        await _executor.NextQuestionAsync();
        _watcher.Current.State.ShouldBe(ExecutorState.Ready);
        _watcher.Current.RegistryError.ShouldNotBeNull();

        await _registry.Server.StartAsync();
        await _clock.TickAsync(Poll);

        (await _registry.NextAsync()).Kind.ShouldBe("put");
    }

    [Fact]
    public async Task A_model_the_registry_does_not_know_yet_is_offered_until_it_does()
    {
        _executor.Serve("digits", (7, "AVAILABLE"));
        Watch();
        (await _registry.NextAsync()).Status.ShouldBe(422);
        await _clock.TickAsync(Poll);
        (await _registry.NextAsync()).Status.ShouldBe(422);
        _watcher.Current.RegistryError!.ShouldContain("There is no digits@7");

        _registry.Upload("digits@7");
        await _clock.TickAsync(Poll);

        (await _registry.NextAsync()).Status.ShouldBe(201);
    }

    [Fact]
    public async Task A_model_that_was_never_uploaded_does_not_keep_the_others_from_being_served()
    {
        _executor.Serve("faces", (2, "AVAILABLE"));
        _catalog = CatalogSnapshot.Empty.Apply(SampleCatalog.PutModel("digits@1"));
        Watch("digits", "faces");
        (await _registry.NextAsync()).Status.ShouldBe(422);

        await _clock.TickAsync(Poll);
        (await _registry.NextAsync()).Executor!.Models.ShouldBe([new("digits", 1)]);

        _registry.Upload("faces@2");
        _catalog = _catalog.Apply(SampleCatalog.PutModel("faces@2"));
        await _clock.TickAsync(Poll);
        (await _registry.NextAsync()).Executor!.Models.ShouldBe([new("digits", 1), new("faces", 2)]);
    }

    [Theory]
    [InlineData("""{"model_version_status": [null]}""")]
    [InlineData("""{"model_version_status": [{"version": "1"}]}""")]
    [InlineData("""{"model_version_status": [{"version": null, "state": "AVAILABLE"}]}""")]
    [InlineData("""{"model_version_status": {}}""")]
    [InlineData("null")]
    [InlineData("")]
    public async Task A_status_that_is_not_understood_counts_as_no_answer(string body)
    {
        var reader = new ModelStatusReader(_http, Deadlines.Generous, TimeProvider.System);
        _executor.StatusBody = body;

        var seen = await reader.LookAsync(_executor.Target("one", "digits"), CatalogSnapshot.Empty, CancellationToken.None);

        seen.ShouldBeOfType<Observation.Unanswered>().Reason.ShouldStartWith("Its status of 'digits' cannot be read");
    }

    [Fact]
    public async Task A_look_that_fails_for_an_unforeseen_reason_is_followed_by_the_next()
    {
        _executor.Serve("digits", (7, "AVAILABLE"));
        Watch();
        (await _registry.NextAsync()).Status.ShouldBe(422);
        _fault = new InvalidOperationException("injected");
        await _clock.TickAsync(Poll);
        await _faulted.Task.WaitAsync(Deadlines.Generous);

        _fault = null;
        _registry.Upload("digits@7");
        await _clock.TickAsync(Poll);

        (await _registry.NextAsync()).Status.ShouldBe(201);
    }

    [Fact]
    public async Task A_version_that_is_loaded_later_is_registered_as_well()
    {
        _registry.Upload("digits@2");
        Watch();
        await _registry.NextAsync();

        _executor.Serve("digits", (1, "AVAILABLE"), (2, "AVAILABLE"));
        await _clock.TickAsync(Poll);

        (await _registry.NextAsync()).Executor!.Models.ShouldBe([new("digits", 2), new("digits", 1)]);
    }

    [Fact]
    public async Task The_socket_is_registered_once_it_exists()
    {
        var socket = Path.Combine(Path.GetTempPath(), $"mulambda-{Guid.NewGuid():N}.sock");
        try
        {
            Watch(_executor.Target("one", "digits") with { Socket = socket });
            (await _registry.NextAsync()).Executor!.Endpoints.Socket.ShouldBeNull();

            await File.WriteAllTextAsync(socket, "");
            await _clock.TickAsync(Poll);

            (await _registry.NextAsync()).Executor!.Endpoints.Socket.ShouldBe(socket);
        }
        finally
        {
            File.Delete(socket);
        }
    }

    [Fact]
    public async Task An_executor_of_a_pattern_is_registered_with_what_it_serves_of_the_catalog()
    {
        _executor.Serve("faces", (1, "AVAILABLE"));
        _registry.Upload("faces@1");
        Know("digits@1", "faces@1", "pose@1");
        Watch("*", "!digits*");

        // The digits are not asked for, and nothing says that it should have the poses.
        var call = await _registry.NextAsync();
        call.Executor!.Models.ShouldBe([new("faces", 1)]);
        call.Executor.Reason.ShouldBeNull();

        _executor.Serve("pose", (1, "AVAILABLE"));
        _registry.Upload("pose@1");
        await _clock.TickAsync(Poll);
        (await _registry.NextAsync(c => c.Kind == "put")).Executor!.Models.ShouldBe([new("faces", 1), new("pose", 1)]);
    }

    [Fact]
    public async Task An_executor_of_a_pattern_without_a_model_left_is_deregistered_and_comes_back_with_the_next()
    {
        Know("digits@1");
        Watch("*");
        (await _registry.NextAsync()).Kind.ShouldBe("put");

        _catalog = CatalogSnapshot.Empty;
        await _clock.TickAsync(Poll);
        (await _registry.NextAsync()).Kind.ShouldBe("delete");
        _registry.Executors.ShouldBeEmpty();

        Know("digits@1");
        await _clock.TickAsync(Poll);
        (await _registry.NextAsync()).Kind.ShouldBe("put");
    }

    [Fact]
    public async Task An_executor_of_a_pattern_leaves_deployed_models_to_the_scaler_while_one_leads_and_takes_them_again()
    {
        _executor.Serve("pose", (1, "AVAILABLE"));
        _registry.Upload("pose@1");
        Know("digits@1", "pose@1");
        var nothingDeployed = _catalog;
        Watch("*");
        (await _registry.NextAsync()).Executor!.Models.ShouldBe([new("digits", 1), new("pose", 1)]);

        Put(CatalogKind.Deployment, "pose", change => change with { Deployment = new Deployment("pose") });
        await _clock.TickAsync(Poll);
        (await _registry.NextAsync()).Kind.ShouldBe("heartbeat", "nobody would launch it");

        Put(CatalogKind.Leadership, LeadershipHeader.Scaler, change => change with { Leadership = new Leadership(LeadershipHeader.Scaler, "scaler-1") });
        _watcher.Look();
        (await _registry.NextAsync(call => call.Kind == "put")).Executor!.Models.ShouldBe([new("digits", 1)]);

        _catalog = nothingDeployed;
        _watcher.Look();
        (await _registry.NextAsync(call => call.Kind == "put")).Executor!.Models.ShouldBe([new("digits", 1), new("pose", 1)]);
    }

    [Fact]
    public async Task An_executor_that_is_told_to_serve_a_model_by_its_name_serves_it_although_it_is_deployed()
    {
        Know("digits@1");
        Put(CatalogKind.Deployment, "digits", change => change with { Deployment = new Deployment("digits") });
        Put(CatalogKind.Leadership, LeadershipHeader.Scaler, change => change with { Leadership = new Leadership(LeadershipHeader.Scaler, "scaler-1") });
        Watch("digits");

        (await _registry.NextAsync()).Executor!.Models.ShouldBe([new("digits", 1)]);
    }

    [Fact]
    public async Task When_the_prober_stops_nobody_vouches_for_the_executor_and_it_is_deregistered()
    {
        Watch();
        await _registry.NextAsync();

        await StopAsync();
        await _watcher.DeregisterAsync(CancellationToken.None);

        (await _registry.NextAsync(call => call.Kind == "delete")).Status.ShouldBe(204);
        _registry.Executors.ShouldBeEmpty();
    }

    private void Watch(params string[] models) => Watch(_executor.Target("one", models.Length > 0 ? models : ["digits"]));

    private void Watch(ExecutorTarget target)
    {
        _watcher = new ExecutorWatcher(
            target, new ProberOptions { Node = "edge" }, _http, _registry.CreateClient(), Catalog, _clock, NullLogger.Instance);
        _running = _watcher.RunAsync(_stop.Token);
    }

    private void Know(params string[] models) =>
        _catalog = models.Aggregate(CatalogSnapshot.Empty, (catalog, model) => catalog.Apply(SampleCatalog.PutModel(model) with { Revision = catalog.Revision + 1 }));

    private void Put(CatalogKind kind, string id, Func<CatalogChange, CatalogChange> with) =>
        _catalog = _catalog.Apply(with(new CatalogChange(CatalogChangeType.Put, _catalog.Revision + 1, kind, id)));

    private CatalogSnapshot Catalog()
    {
        if (_fault is { } fault)
        {
            _faulted.TrySetResult();
            throw fault;
        }

        return _catalog;
    }

    private async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _running.WaitAsync(Deadlines.Generous);
    }

    private static string Metrics(int inFlight, int queued, double seconds, int count) => FormattableString.Invariant(
        $$"""
        # TYPE mulambda_executor_requests_in_flight gauge
        mulambda_executor_requests_in_flight {{inFlight}}
        mulambda_executor_queue_length{model="digits"} {{queued}}
        mulambda_executor_predict_seconds_sum{model="digits"} {{seconds}}
        mulambda_executor_predict_seconds_count{model="digits"} {{count}}
        """);
}
