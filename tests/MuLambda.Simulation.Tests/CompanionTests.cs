using MuLambda.Catalog;

namespace MuLambda.Simulation.Tests;

public sealed class CompanionTests
{
    private readonly EventQueue _queue = new();
    private readonly Jobs _jobs = new();
    private readonly Servers _servers;
    private readonly CatalogState _catalog;
    private readonly Companions _companions;

    public CompanionTests()
    {
        var topology = new Topology(Clusters.One(new QueueingServiceTime(100, slots: 2), new ClosedLoop(1, 1)));
        _servers = new Servers(topology, _queue, _jobs);
        _catalog = new CatalogState(topology, _queue);
        _companions = new Companions(topology, _queue, _servers, _catalog, seed: 1);
    }

    [Fact]
    public void A_heartbeat_carries_what_runs_what_waits_and_what_a_prediction_took()
    {
        for (var i = 0; i < 5; i++)
        {
            Enter();
        }

        _companions.Look(0);
        _catalog[0]!.Load.ShouldBe(new ExecutorLoad(InFlight: 2, Queued: 3, ServiceMs: null));
        Pass(150);
        _companions.Look(0);
        _catalog[0]!.Load.ShouldBe(new ExecutorLoad(InFlight: 2, Queued: 1, ServiceMs: 100));
        Pass(400);
        _companions.Look(0);

        // Two that waited 100 ms and one that waited 200.
        _catalog[0]!.Load.ShouldBe(new ExecutorLoad(0, 0, ServiceMs: 700.0 / 3));
        _companions.Look(0);
        _catalog[0]!.Load.ShouldBe(new ExecutorLoad(0, 0, null));
    }

    [Fact]
    public void What_did_not_change_is_no_change_of_the_catalog()
    {
        _companions.Look(0);
        var end = _catalog.End;

        _companions.Look(0);

        _catalog.End.ShouldBe(end);
    }

    [Fact]
    public void An_executor_that_refuses_connections_has_failed_at_once_and_is_ready_when_it_runs_again()
    {
        _servers.Kill(0, []);
        _companions.Look(0);
        _catalog[0]!.State.ShouldBe(ExecutorState.Failed);

        _servers.Restart(0);
        _companions.Look(0);
        _catalog[0]!.State.ShouldBe(ExecutorState.Ready);
    }

    [Fact]
    public void An_executor_that_only_stays_silent_has_failed_after_three_looks()
    {
        _servers.Hang(0, true);
        var states = new List<ExecutorState>();
        for (var i = 0; i < 3; i++)
        {
            _companions.Look(0);
            states.Add(_catalog[0]!.State);
        }

        states.ShouldBe([ExecutorState.Ready, ExecutorState.Ready, ExecutorState.Failed]);
        _servers.Hang(0, false);
        _companions.Look(0);
        _catalog[0]!.State.ShouldBe(ExecutorState.Ready);
    }

    [Fact]
    public void The_registrations_of_a_node_that_is_cut_off_run_out_and_come_back_with_it()
    {
        _companions.Look(0);
        _servers.CutOff(0, true);
        _companions.CutOff(0);
        Pass(9_999);
        _catalog[0].ShouldNotBeNull();
        Pass(10_001);
        _catalog[0].ShouldBeNull();

        _servers.CutOff(0, false);
        _companions.Look(0);
        _catalog[0]!.State.ShouldBe(ExecutorState.Ready);
    }

    private void Enter()
    {
        var job = _jobs.Take();
        _jobs[job].Executor = 0;
        _jobs[job].Items = 1;
        _servers.Enter(job);
    }

    // Lets executors get done, and leases end, until a time; looks are the test's own.
    private void Pass(double untilMs)
    {
        _queue.Plan(untilMs, EventKind.Finish, 0);
        while (_queue.TryTake(out var next) && next.Kind != EventKind.Finish)
        {
            if (next.Kind == EventKind.Done)
            {
                _servers.TryLeave(next.A);
            }
            else if (next.Kind == EventKind.Lease)
            {
                _companions.Expire(next.A);
            }
        }
    }
}
