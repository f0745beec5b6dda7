using MuLambda.Selection;

namespace MuLambda.Simulation;

/// <summary>One run: takes the events in their order until no request is left.</summary>
internal sealed class Engine
{
    private const int EventsBetweenChecks = 4096;

    private readonly Topology _topology;
    private readonly EventQueue _queue = new();
    private readonly Sources _sources;
    private readonly Forwarding _forwarding;
    private readonly SelectorNode[] _selectors = [];
    private readonly Probers? _probers;
    private readonly Companions? _companions;
    private readonly FaultInjection _faults;

    public Engine(ClusterSpec spec, Func<int, ISelectionPolicy>? policies, IOracle? oracle, long seed, IRequestSink sink)
    {
        _topology = new Topology(spec);
        var jobs = new Jobs();
        var servers = new Servers(_topology, _queue, jobs);
        var state = new ClusterState(_topology, servers, _queue);
        if (policies is not null)
        {
            var time = new VirtualTime(_queue);
            var catalog = new CatalogState(_topology, _queue);
            _selectors = [.. spec.Selectors.Select((s, i) => new SelectorNode(_topology, _queue, catalog, s, policies(i), time, i))];
            _probers = new Probers(_topology, _queue, servers, catalog, seed);
            _companions = new Companions(_topology, _queue, servers, catalog, seed);
            catalog.Feed(_selectors);
            foreach (var selector in _selectors)
            {
                selector.Start();
            }
        }

        _sources = new Sources(_topology, _queue, seed);
        _forwarding = new Forwarding(
            _topology, _queue, servers, jobs, _sources, new Chooser(_topology, _selectors, oracle, state), sink);
        _faults = new FaultInjection(_topology, _queue, servers, _forwarding, _companions);
    }

    public RunSummary Run(CancellationToken cancellationToken)
    {
        var endMs = _topology.Spec.EndMs ?? double.PositiveInfinity;
        var events = 0L;
        while (_sources.Open > 0 || _forwarding.UnderWay > 0)
        {
            if (!_queue.TryTake(out var next) || next.AtMs > endMs)
            {
                break;
            }

            Happen(next);
            if (++events % EventsBetweenChecks == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }
        }

        return new RunSummary(_forwarding.Finished, _forwarding.Answered, events, Math.Min(_queue.NowMs, endMs));
    }

    private void Happen(in SimEvent happened)
    {
        switch (happened.Kind)
        {
            case EventKind.Send:
                _forwarding.Send(happened.A);
                break;
            case EventKind.Arrival:
                _forwarding.Arrival(happened.A);
                break;
            case EventKind.Arrive:
                _forwarding.Arrive(happened.A);
                break;
            case EventKind.Done:
                _forwarding.Done(happened.A, happened.B);
                break;
            case EventKind.Shared:
                _forwarding.DoneShared(happened.A, happened.B);
                break;
            case EventKind.Answer:
                _forwarding.Answer(happened.A);
                break;
            case EventKind.Finish:
                _forwarding.Finish(happened.A);
                break;
            case EventKind.Deadline:
                _forwarding.Deadline(happened.A);
                break;
            case EventKind.Probe:
                _probers!.Probe(happened.A, happened.B);
                break;
            case EventKind.Report:
                _probers!.Report(happened.A);
                break;
            case EventKind.Look:
                _companions!.Look(happened.A);
                break;
            case EventKind.Lease:
                _companions!.Expire(happened.A);
                break;
            case EventKind.Fault:
                _faults.Happen(happened.A, begins: happened.B == 0);
                break;
            case EventKind.Feed:
                _selectors[happened.A].Follow();
                break;
        }
    }
}
