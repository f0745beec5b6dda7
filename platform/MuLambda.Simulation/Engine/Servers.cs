namespace MuLambda.Simulation;

/// <summary>The executors: who is in them and when each gets done.</summary>
internal sealed class Servers
{
    // Aspects of a request's chance: those below belong to the request itself.
    private const int ServiceAspect = 16;

    private readonly Topology _topology;
    private readonly EventQueue _queue;
    private readonly Jobs _jobs;
    private readonly Server[] _servers;
    private readonly bool[] _cutOff;

    public Servers(Topology topology, EventQueue queue, Jobs jobs)
    {
        (_topology, _queue, _jobs) = (topology, queue, jobs);
        _servers = new Server[topology.Spec.Executors.Count];
        Array.Fill(_servers, new Server { First = -1, Last = -1, Slowdown = 1 });
        _cutOff = new bool[topology.Spec.Nodes.Count];
    }

    public int Inside(int executor) => _servers[executor].Inside;

    public int Running(int executor) => _servers[executor].Running;

    public double Slowdown(int executor) => _servers[executor].Slowdown;

    public bool IsDown(int executor) => _servers[executor].IsDown;

    public bool IsHung(int executor) => _servers[executor].IsHung;

    public bool IsCutOff(int node) => _cutOff[node];

    public bool IsUp(int executor) =>
        _servers[executor] is { IsDown: false, IsHung: false } && !_cutOff[_topology.NodeOf(executor)];

    /// <summary>The mean time of what it did since this was asked last; null for nothing.</summary>
    public double? TakeServiceMs(int executor)
    {
        ref var server = ref _servers[executor];
        var mean = server.Done > 0 ? server.DoneMs / server.Done : (double?)null;
        (server.Done, server.DoneMs) = (0, 0);
        return mean;
    }

    /// <summary>A job comes to an executor that is up.</summary>
    public void Enter(int job)
    {
        ref var entered = ref _jobs[job];
        ref var server = ref _servers[entered.Executor];
        var service = _topology.ServiceOf(entered.Executor);
        entered.ArrivedMs = _queue.NowMs;
        entered.IsInside = true;
        var workMs = service.DrawMs(entered.Items, server.Inside, entered.Chance.For(ServiceAspect));
        entered.WorkMs = workMs;
        server.Inside++;
        switch (service.Discipline)
        {
            case ServerDiscipline.Delay:
                server.Running++;
                _queue.Plan(_queue.NowMs + (workMs * server.Slowdown), EventKind.Done, job, entered.Generation);
                break;
            default:
                throw new NotSupportedException($"{service.Discipline}");
        }
    }

    /// <summary>A job is done.</summary>
    public void Leave(int job)
    {
        ref var left = ref _jobs[job];
        ref var server = ref _servers[left.Executor];
        left.IsInside = false;
        server.Inside--;
        server.Running--;
        server.Done++;
        server.DoneMs += _queue.NowMs - left.ArrivedMs;
    }

    /// <summary>Nobody waits for a job any more. One that runs is finished all the same.</summary>
    public void Abandon(int job)
    {
        ref var abandoned = ref _jobs[job];
        abandoned.Request = -1;
        if (abandoned.IsLost)
        {
            _jobs.Free(job);
        }
    }
}
