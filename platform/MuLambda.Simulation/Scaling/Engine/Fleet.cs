using MuLambda.Batching;
using MuLambda.Scaling;
using MuLambda.Simulation.Batching;

namespace MuLambda.Simulation.Scaling;

/// <summary>A deployment's replicas, the requests for it, and the loop that scales it.</summary>
internal sealed class Fleet
{
    private readonly ScaledDeployment _deployment;
    private readonly ScalingScenario _scenario;
    private readonly Places _places;
    private readonly Agenda _agenda;
    private readonly long _seed;
    private readonly int _index;
    private readonly List<Replica> _replicas = [];
    private readonly Queue<double> _held = new();
    private readonly Queue<(WaitingRequest Request, Replica By)> _reroutes = new();
    private readonly DemandHistory _history = new();
    private readonly DesiredReplicas _desired;
    private readonly LaunchTimes _launchTimes = new();
    private readonly DeploymentTally _tally;
    private ServiceCurve? _curve;
    private double _revisitMs = double.PositiveInfinity;

    public Fleet(ScalingScenario scenario, int index, long seed, Places places, Agenda agenda, LatencyHistogram latencies)
    {
        (_scenario, _index, _seed, _places, _agenda) = (scenario, index, seed, places, agenda);
        _deployment = scenario.Deployments[index];
        _desired = new DesiredReplicas(scenario.WarmUpMs, scenario.StabilisationMs);
        _tally = new DeploymentTally(scenario.WarmUpMs, scenario.DurationMs, _deployment.Model.SloMs, latencies);
        Arrivals = _deployment.Arrivals.Begin(RequestChance.Of(seed, index, 0, 0));
    }

    public IEnumerator<Arrival> Arrivals { get; }

    public BatchServer Server => _deployment.Model.Server;

    public DemandMeter Demand { get; } = new();

    public int Desired => _desired.Now;

    public int Ready => Count(ReplicaState.Ready);

    public int Alive => _replicas.Count;

    /// <summary>All requests that came, counted or not, and those of them that ended badly.</summary>
    public (long Offered, long Bad) SoFar => (_tally.AllOffered, _tally.AllBad);

    /// <summary>A request comes.</summary>
    public void Arrive()
    {
        var nowMs = _agenda.NowMs;
        _tally.Arrived(nowMs);
        Demand.Arrived(nowMs);
        Route(nowMs, null);
        DrainReroutes();
    }

    /// <summary>A queue wants a request to be answered elsewhere.</summary>
    public void Reroute(WaitingRequest request, Replica by) => _reroutes.Enqueue((request, by));

    public void Wake(Replica replica)
    {
        replica.Wake();
        DrainReroutes();
        EndIfDone(replica);
    }

    public void Answered(Replica replica, RunningBatch batch)
    {
        foreach (var entry in batch.Requests)
        {
            var request = (WaitingRequest)entry;
            var latencyMs = _agenda.NowMs - request.SentMs;
            Demand.Answered(_agenda.NowMs, latencyMs);
            Demand.Ended(_agenda.NowMs, _tally.Answered(request.SentMs, latencyMs));
        }

        replica.Answered(batch);
        DrainReroutes();
        EndIfDone(replica);
    }

    /// <summary>A launched replica serves: what waited for it is its first work.</summary>
    public void BecomeReady(Replica replica)
    {
        // As the selector's queue for a new replica does.
        if (Taught() is { } sibling)
        {
            replica.Batcher.Service.BeginWith(sibling, _agenda.NowMs);
        }

        replica.State = ReplicaState.Ready;
        _launchTimes.Add(_agenda.NowMs - replica.LaunchedMs);
        while (_held.TryDequeue(out var sentMs))
        {
            Route(sentMs, null, dispatch: false);
        }

        replica.Dispatch();
        DrainReroutes();
    }

    /// <summary>The clients of those that were held longest give up.</summary>
    public void Expire()
    {
        while (_held.TryPeek(out var sentMs) && sentMs + _scenario.TimeoutMs <= _agenda.NowMs)
        {
            _held.Dequeue();
            Lose(sentMs);
        }

        if (_held.TryPeek(out var nextMs))
        {
            PlanExpiry(nextMs);
        }
    }

    /// <summary>Reports demand and decides on it.</summary>
    public void Sample()
    {
        if (Demand.Sample(_agenda.NowMs, _replicas.Sum(replica => replica.InFlight), _held.Count, Ready) is { } sample)
        {
            _history.Add(sample);
        }

        Decide();
    }

    /// <summary>Decides, where the policy wanted to be asked now.</summary>
    public void Revisit()
    {
        if (_agenda.NowMs >= _revisitMs)
        {
            Decide();
        }
    }

    /// <summary>Asks the policy, and does what it says.</summary>
    public void Decide()
    {
        var nowMs = _agenda.NowMs;
        var target = _deployment.Policy.Decide(new ScalingSnapshot
        {
            NowMs = nowMs,
            Min = _deployment.Min,
            Max = _deployment.Max,
            Ready = Ready,
            Starting = Count(ReplicaState.Starting),
            History = _history,
            KeepWarmMs = _deployment.KeepWarmMs,
            Service = Curve(nowMs),
            TargetMs = _deployment.Model.SloMs,
            Probability = _scenario.Probability,
            ColdStartMs = _launchTimes.MedianMs,
        });
        var desired = Math.Clamp(target.Replicas, _deployment.Min, _deployment.Max);
        _history.Decided(nowMs, desired);
        _desired.Decided(nowMs, desired);
        _revisitMs = double.PositiveInfinity;
        if (target.RevisitMs < _scenario.SampleMs && nowMs + target.RevisitMs < _scenario.DurationMs)
        {
            _revisitMs = nowMs + Math.Max(1, target.RevisitMs);
            _agenda.Plan(_revisitMs, new ScalingEvent(ScalingEventKind.Revisit, this));
        }

        CarryOut(desired);
    }

    public DeploymentResult End()
    {
        foreach (var replica in _replicas)
        {
            _tally.Ended(replica.LaunchedMs, double.PositiveInfinity);
        }

        return _tally.ToResult(_deployment.Name, _desired);
    }

    private void CarryOut(int desired)
    {
        var (ready, starting) = (Ready, Count(ReplicaState.Starting));
        while (ready + starting < desired && _places.TryTake())
        {
            var number = _tally.Launched(_agenda.NowMs, ready + ++starting);
            var replica = new Replica(
                this, _agenda, _scenario.Limits, _scenario.Probability, RequestChance.Of(_seed, _index, 1, number));
            _replicas.Add(replica);
            var coldMs = _deployment.Model.ColdStart.DrawMs(RequestChance.Of(_seed, _index, 2, number));
            _agenda.Plan(_agenda.NowMs + coldMs, new ScalingEvent(ScalingEventKind.Ready, this, replica));
        }

        // What starts is left alone, and what serves stays until it can take over.
        for (; ready > desired; ready--)
        {
            var retired = _replicas.Where(replica => replica.State == ReplicaState.Ready).MinBy(replica => replica.Load)!;
            retired.State = ReplicaState.Draining;
            EndIfDone(retired);
        }
    }

    private void EndIfDone(Replica replica)
    {
        if (replica.State == ReplicaState.Draining && replica.IsIdle)
        {
            replica.State = ReplicaState.Ended;
            _replicas.Remove(replica);
            _places.Return();
            _tally.Ended(replica.LaunchedMs, _agenda.NowMs);
        }
    }

    // To the replica with the least expected wait, of those that have not refused it.
    private void Route(double sentMs, List<Replica>? tried, bool dispatch = true)
    {
        var nowMs = _agenda.NowMs;
        while (true)
        {
            if (nowMs >= sentMs + _scenario.TimeoutMs)
            {
                Lose(sentMs);
                return;
            }

            if (tried?.Count >= _scenario.MaxAttempts || LeastLoaded(tried) is not { } replica)
            {
                if (tried is null)
                {
                    Hold(sentMs);
                }
                else
                {
                    _tally.Refused(sentMs);
                    Demand.Ended(nowMs, good: false);
                }

                return;
            }

            var dueMs = sentMs + _deployment.Model.SloMs;
            var request = new WaitingRequest(sentMs, dueMs > nowMs ? dueMs : sentMs + _scenario.TimeoutMs, tried);
            var admission = replica.Batcher.TryEnqueue(request, nowMs);
            if (admission.Displaced is WaitingRequest displaced)
            {
                Reroute(displaced, replica);
            }

            if (admission.Outcome == AdmissionOutcome.Queued)
            {
                if (dispatch)
                {
                    replica.Dispatch();
                }

                return;
            }

            tried = [.. tried ?? [], replica];
        }
    }

    // What one queue refuses another may take, and refuse one of its own for it: one after the other, so that none is changed while it is read.
    private void DrainReroutes()
    {
        while (_reroutes.TryDequeue(out var next))
        {
            Route(next.Request.SentMs, [.. next.Request.Tried ?? [], next.By]);
        }
    }

    private void Hold(double sentMs)
    {
        if (_held.Count >= _scenario.MaxHeld)
        {
            _tally.Refused(sentMs);
            Demand.Ended(_agenda.NowMs, good: false);
            return;
        }

        _tally.WaitsCold(sentMs);
        _held.Enqueue(sentMs);
        if (_held.Count == 1)
        {
            PlanExpiry(sentMs);
            _agenda.Plan(_agenda.NowMs, new ScalingEvent(ScalingEventKind.WaitsCold, this));
        }
    }

    private void PlanExpiry(double sentMs) => _agenda.Plan(sentMs + _scenario.TimeoutMs, new ScalingEvent(ScalingEventKind.Expire, this));

    private void Lose(double sentMs)
    {
        _tally.Lost(sentMs);
        Demand.Ended(_agenda.NowMs, good: false);
    }

    private Replica? LeastLoaded(List<Replica>? tried)
    {
        Replica? least = null;
        foreach (var replica in _replicas)
        {
            if (replica.State == ReplicaState.Ready && (least is null || replica.Load < least.Load) && tried?.Contains(replica) != true)
            {
                least = replica;
            }
        }

        return least;
    }

    // What the queue that has seen the most answers learned, of the replicas that are there; where none is, what was known last. Beyond twice the largest batch seen it
    // is a guess.
    private ServiceCurve? Curve(double nowMs)
    {
        if (Taught() is { } service)
        {
            var (inFlight, baseMs, perItemMs) = service.Sustained(nowMs);
            var largest = Math.Min(_scenario.Limits.MaxBatchItems, 2 * service.LargestSeen);
            _curve = new ServiceCurve(baseMs, perItemMs, service.Spread, inFlight, largest, service.Observations);
        }

        return _curve;
    }

    private BatchServiceTime? Taught() =>
        _replicas.MaxBy(replica => replica.Batcher.Service.Observations)?.Batcher.Service is { Observations: > 0 } service ? service : null;

    private int Count(ReplicaState state)
    {
        var count = 0;
        foreach (var replica in _replicas)
        {
            count += replica.State == state ? 1 : 0;
        }

        return count;
    }
}
