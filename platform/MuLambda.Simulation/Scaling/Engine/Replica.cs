using MuLambda.Batching;

namespace MuLambda.Simulation.Scaling;

/// <summary>An executor with the queue that a selector has for it.</summary>
/// <param name="fleet">Whose replica it is.</param>
/// <param name="agenda">Where its events are planned.</param>
/// <param name="limits">What its queue takes at most.</param>
/// <param name="probability">How likely a request shall be in time.</param>
/// <param name="chance">How its times scatter.</param>
internal sealed class Replica(Fleet fleet, Agenda agenda, BatcherLimits limits, double probability, RequestChance chance)
{
    private readonly Queue<RunningBatch> _atServer = new();
    private readonly List<BatchEntry> _requests = [];
    private readonly List<BatchEntry> _refusals = [];
    private double _wakeMs = double.PositiveInfinity;
    private int _running;
    private bool _wasBusy;

    public Batcher Batcher { get; } = new(new AdaptiveBatching(), limits, probability);

    public double LaunchedMs { get; } = agenda.NowMs;

    public ReplicaState State { get; set; } = ReplicaState.Starting;

    /// <summary>Requests that have left the queue and are not answered.</summary>
    public int InFlight { get; private set; }

    /// <summary>Requests that wait or run. As all replicas of a model take as long, the fewest of them mean the least expected wait.</summary>
    public int Load => Batcher.Count + InFlight;

    public bool IsIdle => Load == 0;

    /// <summary>Sends what may leave the queue now.</summary>
    public void Dispatch()
    {
        var nowMs = agenda.NowMs;
        while (true)
        {
            _requests.Clear();
            _refusals.Clear();
            var batch = Batcher.Take(nowMs, _requests, _refusals, out var wakeMs);
            foreach (var refused in _refusals)
            {
                fleet.Reroute((WaitingRequest)refused, this);
            }

            if (!batch.Exists)
            {
                if (wakeMs < _wakeMs)
                {
                    _wakeMs = wakeMs;
                    agenda.Plan(wakeMs, new ScalingEvent(ScalingEventKind.Wake, fleet, this));
                }

                break;
            }

            InFlight += batch.Requests;
            agenda.Plan(
                nowMs + (fleet.Server.TransportMs / 2),
                new ScalingEvent(ScalingEventKind.AtServer, fleet, this, new RunningBatch(batch, [.. _requests])));
        }

        Touch();
    }

    public void Wake()
    {
        _wakeMs = double.PositiveInfinity;
        Dispatch();
    }

    public void AtServer(RunningBatch batch)
    {
        _atServer.Enqueue(batch);
        Serve();
    }

    public void Served(RunningBatch batch)
    {
        _running--;
        Serve();
        agenda.Plan(agenda.NowMs + (fleet.Server.TransportMs / 2), new ScalingEvent(ScalingEventKind.Answer, fleet, this, batch));
    }

    /// <summary>A batch was answered; what waits may leave.</summary>
    public void Answered(RunningBatch answered)
    {
        InFlight -= answered.Batch.Requests;
        Batcher.Complete(answered.Batch, agenda.NowMs, answered: true);
        Dispatch();
    }

    private void Serve()
    {
        while (_running < fleet.Server.Parallel && _atServer.TryDequeue(out var next))
        {
            _running++;
            var server = fleet.Server;
            var scatter = Math.Exp((server.Sigma * chance.Normal((int)next.Batch.Number)) - (server.Sigma * server.Sigma / 2));
            agenda.Plan(
                agenda.NowMs + ((server.FixedMs + (server.PerItemMs * next.Batch.Items)) * scatter),
                new ScalingEvent(ScalingEventKind.Served, fleet, this, next));
        }
    }

    private void Touch()
    {
        var isBusy = !IsIdle;
        if (isBusy != _wasBusy)
        {
            fleet.Demand.Busy(agenda.NowMs, isBusy ? 1 : -1);
            _wasBusy = isBusy;
        }
    }
}
