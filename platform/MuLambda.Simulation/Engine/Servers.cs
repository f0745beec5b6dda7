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
    private readonly SharedServer?[] _shared;
    private readonly bool[] _cutOff;

    public Servers(Topology topology, EventQueue queue, Jobs jobs)
    {
        (_topology, _queue, _jobs) = (topology, queue, jobs);
        _servers = new Server[topology.Spec.Executors.Count];
        Array.Fill(_servers, new Server { First = -1, Last = -1, Slowdown = 1 });
        _shared = new SharedServer?[_servers.Length];
        for (var i = 0; i < _servers.Length; i++)
        {
            var service = topology.ServiceOf(i);
            _shared[i] = service.Discipline == ServerDiscipline.Sharing ? new SharedServer(service.Slots) : null;
        }

        _cutOff = new bool[topology.Spec.Nodes.Count];
    }

    /// <summary>A number that changes with the executors' condition.</summary>
    public long Condition { get; private set; }

    public int Inside(int executor) => _servers[executor].Inside;

    public int Running(int executor) => _servers[executor].Running;

    public double Slowdown(int executor) => _servers[executor].Slowdown;

    public bool IsDown(int executor) => _servers[executor].IsDown;

    public bool IsHung(int executor) => _servers[executor].IsHung;

    public bool IsCutOff(int node) => _cutOff[node];

    public bool IsUp(int executor) =>
        _servers[executor] is { IsDown: false, IsHung: false } && !_cutOff[_topology.NodeOf(executor)];

    public void CutOff(int node, bool cutOff)
    {
        _cutOff[node] = cutOff;
        Condition++;
    }

    /// <summary>The mean time of what it did since this was asked last, in milliseconds; null for nothing.</summary>
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
        entered.Ahead = server.Inside;
        entered.WorkMs = service.DrawMs(entered.Items, server.Inside, entered.Chance.For(ServiceAspect));
        server.Inside++;
        if (_shared[entered.Executor] is { } shared)
        {
            server.Running++;
            shared.Add(job, entered.WorkMs, _queue.NowMs);
            PlanNext(entered.Executor, shared);
        }
        else if (service.Discipline == ServerDiscipline.Delay || server.Running < service.Slots)
        {
            Start(job, ref entered, ref server);
        }
        else
        {
            entered.Next = -1;
            if (server.First < 0)
            {
                server.First = job;
            }
            else
            {
                _jobs[server.Last].Next = job;
            }

            server.Last = job;
        }
    }

    /// <summary>A job's time is over. The executor may hang: then its answer waits until it goes on.</summary>
    /// <returns>Whether the job left.</returns>
    public bool TryLeave(int job)
    {
        ref var left = ref _jobs[job];
        ref var server = ref _servers[left.Executor];
        if (server.IsHung)
        {
            left.IsHeld = true;
            return false;
        }

        left.IsInside = false;
        left.IsHeld = false;
        server.Inside--;
        server.Running--;
        server.Done++;
        server.DoneMs += _queue.NowMs - left.ArrivedMs;
        if (_topology.ServiceOf(left.Executor).Discipline == ServerDiscipline.Fifo)
        {
            StartNext(ref server);
        }

        return true;
    }

    /// <summary>The first of the jobs that share an executor is done, unless something changed since that was planned.</summary>
    /// <returns>The job; -1 for none.</returns>
    public int TakeShared(int executor, int epoch)
    {
        var shared = _shared[executor]!;
        if (shared.Epoch != epoch || shared.Count == 0)
        {
            return -1;
        }

        var job = shared.Take(_queue.NowMs);
        PlanNext(executor, shared);
        return job;
    }

    /// <summary>Nobody waits for a job any more. One that waits in line leaves it; one that runs is finished all the same.</summary>
    public void Abandon(int job)
    {
        ref var abandoned = ref _jobs[job];
        abandoned.Request = -1;
        if (abandoned.IsLost)
        {
            _jobs.Free(job);
        }
        else if (abandoned.IsInside && !abandoned.HasStarted && _shared[abandoned.Executor] is null)
        {
            // Its place in the line goes when its turn comes.
            _servers[abandoned.Executor].Inside--;
        }
    }

    /// <summary>From now on an executor is so many times slower. What runs under a discipline other than sharing keeps its end.</summary>
    public void Slow(int executor, double slowdown)
    {
        _servers[executor].Slowdown = slowdown;
        Condition++;
        if (_shared[executor] is { } shared)
        {
            shared.Slow(slowdown, _queue.NowMs);
            PlanNext(executor, shared);
        }
    }

    /// <summary>An executor stops answering, or goes on; then what was done meanwhile leaves at once.</summary>
    public void Hang(int executor, bool hung)
    {
        _servers[executor].IsHung = hung;
        Condition++;
        for (var job = 0; !hung && job < _jobs.Places; job++)
        {
            ref var held = ref _jobs[job];
            if (held.IsHeld && held.Executor == executor)
            {
                _queue.Plan(_queue.NowMs, EventKind.Done, job, held.Generation);
            }
        }
    }

    public void Restart(int executor)
    {
        _servers[executor].IsDown = false;
        Condition++;
    }

    /// <summary>An executor's process ends, and every job in it with it.</summary>
    /// <param name="executor">The executor.</param>
    /// <param name="ended">Takes the jobs for which somebody waits.</param>
    public void Kill(int executor, List<int> ended)
    {
        ref var server = ref _servers[executor];
        for (var job = 0; job < _jobs.Places; job++)
        {
            ref var killed = ref _jobs[job];
            if (!killed.IsInside || killed.Executor != executor)
            {
                continue;
            }

            if (killed.Request < 0)
            {
                _jobs.Free(job);
                continue;
            }

            // Its completion, if one is planned, is of no meaning now.
            killed.Generation++;
            killed.IsInside = killed.IsHeld = false;
            killed.HasFailed = true;
            ended.Add(job);
        }

        _shared[executor]?.Clear();
        (server.Inside, server.Running, server.First, server.Last) = (0, 0, -1, -1);
        (server.IsDown, server.IsHung, server.Done, server.DoneMs) = (true, false, 0, 0);
        Condition++;
    }

    private void Start(int job, ref Job started, ref Server server)
    {
        started.HasStarted = true;
        server.Running++;
        _queue.Plan(_queue.NowMs + (started.WorkMs * server.Slowdown), EventKind.Done, job, started.Generation);
    }

    private void StartNext(ref Server server)
    {
        while (server.First >= 0)
        {
            var job = server.First;
            ref var next = ref _jobs[job];
            server.First = next.Next;
            if (next.Request >= 0)
            {
                Start(job, ref next, ref server);
                return;
            }

            _jobs.Free(job);
        }
    }

    private void PlanNext(int executor, SharedServer shared)
    {
        if (shared.TryNext(_queue.NowMs, out var atMs))
        {
            _queue.Plan(atMs, EventKind.Shared, executor, shared.Epoch);
        }
    }
}
