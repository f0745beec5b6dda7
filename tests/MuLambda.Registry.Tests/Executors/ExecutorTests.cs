using System.Net;

namespace MuLambda.Registry.Tests.Executors;

public sealed class ExecutorTests : IAsyncLifetime
{
    private readonly ManualTime _time = new();
    private RegistryServer _registry = null!;

    private static ModelReference Echo => new("echo", 1);

    private RegistryClient Client => _registry.Client;

    public async Task InitializeAsync()
    {
        _registry = await RegistryServer.StartAsync(_time);
        await _registry.PutModelAsync();
    }

    public async Task DisposeAsync() => await _registry.DisposeAsync();

    [Fact]
    public async Task A_registered_executor_is_read_listed_and_deleted()
    {
        var executor = Sample.Executor("e1", Echo);

        (await Client.PutExecutorAsync(executor)).Created.ShouldBeTrue();
        (await Client.PutExecutorAsync(executor)).Created.ShouldBeFalse();
        await Client.PutExecutorAsync(Sample.Executor("e2") with { Node = "other" });

        var read = (await Client.GetExecutorAsync("e1"))!;
        read.Models.ShouldBe([Echo]);
        read.LeaseSeconds.ShouldBe(15);
        (await Client.ListExecutorsAsync()).Select(e => e.Id).ShouldBe(["e1", "e2"]);
        (await Client.ListExecutorsAsync(model: "echo")).ShouldHaveSingleItem().Id.ShouldBe("e1");
        (await Client.ListExecutorsAsync(model: "echo@1")).ShouldHaveSingleItem().Id.ShouldBe("e1");
        (await Client.ListExecutorsAsync(model: "echo@2")).ShouldBeEmpty();
        (await Client.ListExecutorsAsync(node: "other")).ShouldHaveSingleItem().Id.ShouldBe("e2");
        (await Client.DeleteExecutorAsync("e1")).ShouldBeTrue();
        (await Client.DeleteExecutorAsync("e1")).ShouldBeFalse();
        (await Client.GetExecutorAsync("e1")).ShouldBeNull();
    }

    [Fact]
    public async Task An_executor_of_an_unknown_model_is_refused_by_the_models_path()
    {
        var refused = await Should.ThrowAsync<RegistryException>(
            () => Client.PutExecutorAsync(Sample.Executor("e1", Echo, new ModelReference("nobody", 3))));

        refused.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        refused.Errors["models[1]"].ShouldHaveSingleItem().ShouldContain("nobody@3");
    }

    [Fact]
    public async Task An_invalid_executor_is_refused_by_its_fields()
    {
        var refused = await Should.ThrowAsync<RegistryException>(() => Client.PutExecutorAsync(
            Sample.Executor("e1") with { Endpoints = new ExecutorEndpoints("nowhere"), LeaseSeconds = 9999 }));

        refused.Status.ShouldBe(HttpStatusCode.BadRequest);
        refused.Errors.Keys.ShouldBe(["endpoints.rest", "leaseSeconds"], ignoreOrder: true);
    }

    [Fact]
    public async Task Without_heartbeats_an_executor_expires_and_has_to_register_again()
    {
        await Client.PutExecutorAsync(Sample.Executor("e1", Echo));
        await using var feed = Client.WatchAsync(0, null, Deadline.Token()).GetAsyncEnumerator();
        while (await feed.MoveNextAsync() && feed.Current.Type != CatalogChangeType.SnapshotEnd)
        {
        }

        _time.Advance(TimeSpan.FromSeconds(15));

        (await Client.HeartbeatExecutorAsync("e1", new ExecutorHeartbeat(ExecutorState.Ready))).ShouldBeFalse();
        while (await feed.MoveNextAsync() && feed.Current.Type != CatalogChangeType.Delete)
        {
        }

        feed.Current.Id.ShouldBe("e1");
        (await Client.DeleteModelAsync("echo", 1)).ShouldBeTrue();
        (await Client.GetExecutorAsync("e1")).ShouldBeNull();
    }

    [Fact]
    public async Task With_heartbeats_it_lives_on()
    {
        await Client.PutExecutorAsync(Sample.Executor("e1", Echo));
        await Client.PutExecutorAsync(Sample.Executor("silent", Echo));

        for (var i = 0; i < 4; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(10));
            (await Client.HeartbeatExecutorAsync("e1", new ExecutorHeartbeat(ExecutorState.Ready))).ShouldBeTrue();
        }

        (await Client.GetExecutorAsync("e1")).ShouldNotBeNull();
        (await Client.HeartbeatExecutorAsync("silent", new ExecutorHeartbeat(ExecutorState.Ready))).ShouldBeFalse();
    }

    [Fact]
    public async Task A_heartbeat_tells_state_load_and_reason()
    {
        await Client.PutExecutorAsync(Sample.Executor("e1", Echo));
        var load = new ExecutorLoad(3, 4, 1.5);

        await Client.HeartbeatExecutorAsync("e1", new ExecutorHeartbeat(ExecutorState.Failed, load, "no answer"));

        var executor = (await Client.GetExecutorAsync("e1"))!;
        (executor.State, executor.Load, executor.Reason).ShouldBe((ExecutorState.Failed, load, "no answer"));
        executor.Models.ShouldBe([Echo]);
    }

    [Fact]
    public async Task A_heartbeat_that_changes_nothing_is_not_in_the_feed()
    {
        await Client.PutExecutorAsync(Sample.Executor("e1", Echo));
        await using var feed = Client.WatchAsync(0, null, Deadline.Token()).GetAsyncEnumerator();
        var snapshot = CatalogSnapshot.Empty;
        while (snapshot.Epoch is null)
        {
            await feed.MoveNextAsync();
            snapshot = snapshot.Apply(feed.Current);
        }

        await Client.HeartbeatExecutorAsync("e1", new ExecutorHeartbeat(ExecutorState.Ready));
        await Client.HeartbeatExecutorAsync("e1", new ExecutorHeartbeat(ExecutorState.Draining));

        do
        {
            await feed.MoveNextAsync();
        }
        while (feed.Current.Type == CatalogChangeType.Heartbeat);
        feed.Current.Executor!.State.ShouldBe(ExecutorState.Draining);
        feed.Current.Revision.ShouldBe(snapshot.Revision + 1);
    }

    [Fact]
    public async Task The_launch_that_the_scaler_told_stays_when_others_register_the_executor_again()
    {
        var launch = new ExecutorLaunch(["echo"], DateTimeOffset.UnixEpoch, [new LaunchStep(LaunchPhase.Pending, 0)]);
        await Client.PutExecutorAsync(Sample.Executor("e1", Echo) with { State = ExecutorState.Pending, Launch = launch });

        var again = await Client.PutExecutorAsync(Sample.Executor("e1", Echo));
        await Client.HeartbeatExecutorAsync("e1", new ExecutorHeartbeat(ExecutorState.Ready, new ExecutorLoad(1, 0)));

        again.Created.ShouldBeFalse();
        again.Value.Launch!.Deployments.ShouldBe(["echo"]);
        var executor = (await Client.GetExecutorAsync("e1"))!;
        executor.State.ShouldBe(ExecutorState.Ready);
        executor.Launch!.Steps.ShouldBe([new LaunchStep(LaunchPhase.Pending, 0)]);

        LaunchStep[] steps = [new(LaunchPhase.Pending, 0), new(LaunchPhase.Ready, 300)];
        await Client.PutExecutorAsync(Sample.Executor("e1", Echo) with { Launch = launch with { Steps = steps } });
        (await Client.GetExecutorAsync("e1"))!.Launch!.Steps.ShouldBe(steps);
    }

    [Fact]
    public async Task An_executor_that_nobody_launched_has_no_launch()
    {
        await Client.PutExecutorAsync(Sample.Executor("e1", Echo));
        await Client.PutExecutorAsync(Sample.Executor("e1", Echo) with { State = ExecutorState.Draining });

        (await Client.GetExecutorAsync("e1"))!.Launch.ShouldBeNull();
    }

    [Fact]
    public async Task A_report_that_was_under_way_does_not_undo_that_the_scaler_drains_what_it_launched()
    {
        var launch = new ExecutorLaunch(["echo"], DateTimeOffset.UnixEpoch, []);
        await Client.PutExecutorAsync(Sample.Executor("e1", Echo) with { State = ExecutorState.Draining, Launch = launch });

        await Client.HeartbeatExecutorAsync("e1", new ExecutorHeartbeat(ExecutorState.Ready, new ExecutorLoad(1, 0)));
        var draining = (await Client.GetExecutorAsync("e1"))!;
        draining.State.ShouldBe(ExecutorState.Draining);
        draining.Load.ShouldBe(new ExecutorLoad(1, 0));

        await Client.HeartbeatExecutorAsync("e1", new ExecutorHeartbeat(ExecutorState.Failed, Reason: "gone"));
        (await Client.GetExecutorAsync("e1"))!.State.ShouldBe(ExecutorState.Failed);
        await Client.PutExecutorAsync(Sample.Executor("e1", Echo) with { State = ExecutorState.Ready, Launch = launch });
        (await Client.GetExecutorAsync("e1"))!.State.ShouldBe(ExecutorState.Ready);
    }
}
