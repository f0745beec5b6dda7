using MuLambda.Batching;

namespace MuLambda.Simulation.Batching;

/// <summary>Runs a <see cref="BatchingScenario"/> in virtual time, through the same queue and policy classes as the selector.</summary>
public sealed class BatchingRun
{
    private readonly BatchingScenario _scenario;
    private readonly Batcher _batcher;
    private readonly OutsideTime _outside = new();
    private readonly RequestChance _chance;
    private readonly PriorityQueue<Event, (double AtMs, long Number)> _events = new();
    private readonly Queue<Running> _atServer = new();
    private readonly List<BatchEntry> _requests = [];
    private readonly List<BatchEntry> _refusals = [];
    private readonly List<double> _latencies = [];
    private long _eventNumber;
    private readonly long _seed;
    private int _running;
    private double _utilization;
    private double _utilizationMs;
    private long _requestNumber;
    private long _offered;
    private long _answered;
    private long _inTime;
    private long _refused;
    private long _batches;
    private int _mostWaiting;
    private double _wakeMs = double.PositiveInfinity;

    private BatchingRun(BatchingScenario scenario, IBatchPolicy policy, long seed)
    {
        _scenario = scenario;
        _seed = seed;
        _batcher = new Batcher(policy, scenario.Limits);
        _chance = RequestChance.Of(seed, 1, 0, 0);
    }

    /// <summary>Runs it.</summary>
    /// <param name="scenario">What comes, and to what executor.</param>
    /// <param name="policy">A policy of this run alone.</param>
    /// <param name="seed">Decides arrivals and times.</param>
    /// <returns>What came of it.</returns>
    public static BatchingResult Run(BatchingScenario scenario, IBatchPolicy policy, long seed)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        return new BatchingRun(scenario, policy, seed).Run(seed);
    }

    private BatchingResult Run(long seed)
    {
        using var arrivals = _scenario.Arrivals.Begin(RequestChance.Of(seed, 0, 0, 0));
        PlanArrival(arrivals);
        while (_events.TryDequeue(out var next, out var at))
        {
            Handle(next, at.AtMs, arrivals);
        }

        _latencies.Sort();
        return new BatchingResult(
            _offered, _answered, _inTime, _refused, _batches, Quantile(0.5), Quantile(0.99),
            (_scenario.DurationMs - _scenario.WarmUpMs) / 1000, _mostWaiting);
    }

    private double Quantile(double share) =>
        _latencies.Count == 0 ? double.NaN : _latencies[Math.Min(_latencies.Count - 1, (int)(share * _latencies.Count))];

    private void Handle(Event next, double nowMs, IEnumerator<Arrival> arrivals)
    {
        switch (next.Kind)
        {
            case EventKind.Arrival:
                _offered += Counts(nowMs);
                PlanArrival(arrivals);
                if (_scenario.Outside is { } outside)
                {
                    var chance = RequestChance.Of(_seed, 2, 0, _requestNumber++);
                    var (inMs, outMs) = (outside.WayMs(Utilization(nowMs), chance.Normal(0)), outside.WayMs(_utilization, chance.Normal(1)));
                    Plan(nowMs + inMs, new Event(EventKind.Queued, null, new Waiting(nowMs, nowMs + inMs + _scenario.SloMs, inMs, outMs) { Outside = _outside }));
                    return;
                }

                Enqueue(new Waiting(nowMs, nowMs + _scenario.SloMs, 0, 0), nowMs);
                break;
            case EventKind.Queued:
                Enqueue(next.Request!, nowMs);
                break;
            case EventKind.Served:
                Utilization(nowMs);
                _running--;
                Serve(nowMs);
                Plan(nowMs + (_scenario.Server.TransportMs / 2), next with { Kind = EventKind.Answer });
                return;
            case EventKind.Answer:
                End(next.Running!, nowMs);
                break;
            case EventKind.AtServer:
                _atServer.Enqueue(next.Running!);
                Serve(nowMs);
                return;
            default:
                _wakeMs = double.PositiveInfinity;
                break;
        }

        Dispatch(nowMs);
    }

    private void Enqueue(Waiting request, double nowMs)
    {
        var admission = _batcher.TryEnqueue(request, nowMs);
        var refused = admission.Outcome != AdmissionOutcome.Queued ? request : (Waiting?)admission.Displaced;
        if (refused is not null)
        {
            _refused += Counts(refused.SentMs);
        }

        _mostWaiting = Math.Max(_mostWaiting, _batcher.Count);
    }

    // The share of the executor that is taken, until now.
    private double Utilization(double nowMs)
    {
        _utilization = OutsideDelay.Utilization(_utilization, (double)_running / _scenario.Server.Parallel, nowMs - _utilizationMs);
        _utilizationMs = nowMs;
        return _utilization;
    }

    private void Dispatch(double nowMs)
    {
        while (true)
        {
            _requests.Clear();
            _refusals.Clear();
            var batch = _batcher.Take(nowMs, _requests, _refusals, out var wakeMs);
            foreach (var refused in _refusals)
            {
                _refused += Counts(((Waiting)refused).SentMs);
            }

            if (!batch.Exists)
            {
                if (wakeMs < _wakeMs)
                {
                    _wakeMs = wakeMs;
                    Plan(wakeMs, new Event(EventKind.Wake, null));
                }

                return;
            }

            Plan(nowMs + (_scenario.Server.TransportMs / 2), new Event(EventKind.AtServer, new Running(batch, [.. _requests])));
        }
    }

    private void Serve(double nowMs)
    {
        while (_running < _scenario.Server.Parallel && _atServer.TryDequeue(out var next))
        {
            Utilization(nowMs);
            _running++;
            var server = _scenario.Server;
            var scatter = Math.Exp((server.Sigma * _chance.Normal((int)next.Batch.Number)) - (server.Sigma * server.Sigma / 2));
            Plan(nowMs + ((server.FixedMs + (server.PerItemMs * next.Batch.Items)) * scatter), new Event(EventKind.Served, next));
        }
    }

    private void End(Running answered, double nowMs)
    {
        _batcher.Complete(answered.Batch, nowMs, answered: true);
        _batches += Counts(answered.Batch.StartedMs);
        foreach (var entry in answered.Requests)
        {
            var request = (Waiting)entry;
            var latencyMs = nowMs + request.OutMs - request.SentMs;
            var counts = Counts(request.SentMs);
            if (_scenario.Outside is { Reported: > 0 } outside)
            {
                _outside.Observe(outside.Reported * (request.InMs + request.OutMs), isWhole: outside.Reported >= 1);
            }

            _answered += counts;
            _inTime += latencyMs <= _scenario.SloMs ? counts : 0;
            if (counts > 0)
            {
                _latencies.Add(latencyMs);
            }
        }
    }

    private int Counts(double atMs) => atMs >= _scenario.WarmUpMs ? 1 : 0;

    private void PlanArrival(IEnumerator<Arrival> arrivals)
    {
        if (arrivals.MoveNext() && arrivals.Current.AtMs < _scenario.DurationMs)
        {
            Plan(arrivals.Current.AtMs, new Event(EventKind.Arrival, null));
        }
    }

    private void Plan(double atMs, Event what) => _events.Enqueue(what, (atMs, _eventNumber++));

    private enum EventKind
    {
        Arrival,
        Queued,
        AtServer,
        Served,
        Answer,
        Wake,
    }

    private readonly record struct Event(EventKind Kind, Running? Running, Waiting? Request = null);

    private sealed record Running(Batch Batch, BatchEntry[] Requests);

    // A client's request: when it was sent, and what it takes until it is queued and from its answer on.
    private sealed class Waiting(double sentMs, double deadlineMs, double inMs, double outMs) : BatchEntry(1, deadlineMs)
    {
        public double SentMs => sentMs;

        public double InMs => inMs;

        public double OutMs => outMs;
    }
}
