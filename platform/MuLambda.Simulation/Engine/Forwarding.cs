namespace MuLambda.Simulation;

/// <summary>
/// What happens to requests, from the client to the executor and back: the rules of the selector service's forwarder, with its deadlines,
/// retries and feedback.
/// </summary>
internal sealed class Forwarding(
    Topology topology, EventQueue queue, Servers servers, Jobs jobs, Sources sources, Chooser chooser, IRequestSink sink)
{
    private readonly Requests _requests = new();
    private readonly List<int> _killed = [];

    /// <summary>Requests sent and not over.</summary>
    public int UnderWay => _requests.Count;

    /// <summary>Requests that are over.</summary>
    public long Finished { get; private set; }

    /// <summary>Those of them that were answered.</summary>
    public long Answered { get; private set; }

    /// <summary>A stream of a closed loop sends its next request.</summary>
    public void Send(int stream) => Begin(stream, items: 0, isRefused: false);

    /// <summary>The next request of an open loop arrives. Where too many of them are under way it is refused.</summary>
    public void Arrival(int stream) =>
        Begin(stream, sources.Arrived(stream, out var isRefused), isRefused);

    /// <summary>A job arrives at its executor's node.</summary>
    public void Arrive(int job)
    {
        ref var arrived = ref jobs[job];
        var node = topology.NodeOf(arrived.Executor);
        if (servers.IsCutOff(node))
        {
            Lose(job);
        }
        else if (servers.IsDown(arrived.Executor))
        {
            arrived.HasFailed = true;
            Reply(job);
        }
        else
        {
            servers.Enter(job);
        }
    }

    /// <summary>An executor has done a job.</summary>
    public void Done(int job, int generation)
    {
        ref var done = ref jobs[job];
        if (done.Generation != generation)
        {
            return;
        }

        if (servers.TryLeave(job))
        {
            Reply(job);
        }
    }

    /// <summary>The first of the jobs that share an executor may be done.</summary>
    public void DoneShared(int executor, int epoch)
    {
        var job = servers.TakeShared(executor, epoch);
        if (job >= 0 && servers.TryLeave(job))
        {
            Reply(job);
        }
    }

    /// <summary>An executor's process ended.</summary>
    /// <param name="executor">The executor.</param>
    /// <param name="noticedAfterMs">After how long the broken connections show.</param>
    public void Kill(int executor, double noticedAfterMs)
    {
        _killed.Clear();
        servers.Kill(executor, _killed);
        foreach (var job in _killed)
        {
            Reply(job, noticedAfterMs);
        }
    }

    /// <summary>The answer of a job, or the news of its failure, is back at the selector.</summary>
    public void Answer(int job)
    {
        var answered = jobs[job];
        jobs.Free(job);
        if (answered.Request < 0)
        {
            return;
        }

        ref var request = ref _requests[answered.Request];
        request.Job = -1;
        request.AttemptEndMs = double.PositiveInfinity;
        if (answered.HasFailed)
        {
            request.Assignment?.Fail();
            Retry(answered.Request);
            return;
        }

        var confidence = topology.ConfidenceOf(answered.Executor)?.Of(request.Chance.Uniform(RequestAspects.Feature));
        request.Confidence = confidence ?? double.NaN;
        request.Assignment?.Complete(
            queue.NowMs - request.SentMs, request.NetworkMs, confidence, topology.Spec.LoadReports.Answers ? answered.Ahead : null);
        End(answered.Request, RequestOutcome.Answered);
    }

    /// <summary>The time of an attempt may be over.</summary>
    public void Deadline(int index)
    {
        ref var request = ref _requests[index];
        request.TimerMs = double.PositiveInfinity;
        if (request.Job < 0 || request.AttemptEndMs > queue.NowMs)
        {
            // It was answered, and the place may have a later request by now.
            Arm(index);
            return;
        }

        servers.Abandon(request.Job);
        request.Job = -1;
        var elapsedMs = queue.NowMs - request.SentMs;
        request.Assignment?.TimeOut(elapsedMs, unresponsive: elapsedMs >= SelectorOf(request).UnresponsiveAfterMs);
        Retry(index);
    }

    /// <summary>A request is over for its client.</summary>
    public void Finish(int index)
    {
        ref var request = ref _requests[index];
        Finished++;
        Answered += request.Outcome == RequestOutcome.Answered ? 1 : 0;
        var record = new RequestRecord
        {
            Client = request.Client,
            Stream = sources.IndexOf(request.Stream),
            Sequence = request.Sequence,
            Phase = topology.PhaseInClient(request.Client, request.Phase),
            Selector = request.Selector,
            StartMs = request.StartMs,
            RoundTripMs = queue.NowMs - request.StartMs,
            Executor = request.Executor,
            Model = request.Executor < 0 ? -1 : topology.ModelOf(request.Executor),
            Items = request.Items,
            Confidence = request.Confidence,
            Outcome = request.Outcome,
            Retries = Math.Max(0, request.Attempts - 1),
        };
        var stream = request.Stream;
        _requests.Free(index);
        sink.Finished(record);
        sources.Ended(stream, record.Outcome);
    }

    private void Begin(int stream, int items, bool isRefused)
    {
        var index = _requests.Take();
        ref var request = ref _requests[index];
        sources.Next(stream, items, ref request);
        request.Executor = -1;
        request.Attempts = 0;
        request.Confidence = double.NaN;
        if (isRefused)
        {
            End(index, RequestOutcome.Refused);
        }
        else
        {
            Attempt(index);
        }
    }

    private void Attempt(int index)
    {
        ref var request = ref _requests[index];
        var leftMs = request.DeadlineMs - queue.NowMs;
        if (!chooser.TryChoose(ref request, leftMs, out var expectedMs, out var considered))
        {
            End(index, request.Attempts == 0 ? RequestOutcome.NoCandidate : RequestOutcome.Failed);
            return;
        }

        var attempt = ++request.Attempts;
        request.SentMs = queue.NowMs;
        var job = jobs.Take();
        ref var taken = ref jobs[job];
        taken.Request = index;
        taken.Executor = request.Executor;
        taken.Items = request.Items;
        taken.Chance = request.Chance.For(attempt);
        request.Job = job;
        request.AttemptEndMs = queue.NowMs + Share(leftMs, expectedMs, considered, attempt == SelectorOf(request).MaxAttempts);
        Arm(index);
        var toNodeMs = topology.ToNodeMs(topology.NodeOf(request.Executor), request.Client);
        if (toNodeMs > 0)
        {
            queue.Plan(queue.NowMs + toNodeMs, EventKind.Arrive, job);
        }
        else
        {
            Arrive(job);
        }
    }

    // A silent executor must not use up the time in which another one could answer. Only where no
    // other is expected to answer in half of it one gets it whole.
    private static double Share(double leftMs, double expectedMs, int considered, bool isLast) =>
        isLast || considered == 1 || expectedMs > leftMs / 2 ? leftMs : leftMs / 2;

    private SelectorSpec SelectorOf(in Request request) => topology.Spec.Selectors[request.Selector];

    private void Retry(int index)
    {
        ref var request = ref _requests[index];
        request.Assignment = null;
        if (queue.NowMs >= request.DeadlineMs)
        {
            End(index, RequestOutcome.TimedOut);
            return;
        }

        if (request.Attempts >= SelectorOf(request).MaxAttempts)
        {
            End(index, RequestOutcome.Failed);
            return;
        }

        (request.Tried ??= []).Add(topology.Spec.Executors[request.Executor].Id);
        Attempt(index);
    }

    private void End(int index, RequestOutcome outcome)
    {
        ref var request = ref _requests[index];
        request.Outcome = outcome;
        request.Assignment = null;
        var backMs = SelectorOf(request).DelayMs;
        if (backMs > 0)
        {
            queue.Plan(queue.NowMs + backMs, EventKind.Finish, index);
        }
        else
        {
            Finish(index);
        }
    }

    private void Reply(int job, double afterMs = 0)
    {
        ref var replied = ref jobs[job];
        if (replied.Request < 0)
        {
            jobs.Free(job);
            return;
        }

        var node = topology.NodeOf(replied.Executor);
        if (servers.IsCutOff(node))
        {
            Lose(job);
            return;
        }

        ref var request = ref _requests[replied.Request];
        var delayMs = afterMs + topology.FromNodeMs(node, request.Client)
            + (topology.JitterMs(node) * request.Chance.Uniform(RequestAspects.Jitter));
        if (delayMs > 0)
        {
            queue.Plan(queue.NowMs + delayMs, EventKind.Answer, job);
        }
        else
        {
            Answer(job);
        }
    }

    // Nothing comes back: the request waits until its time is over.
    private void Lose(int job) => jobs[job].IsLost = true;

    private void Arm(int index)
    {
        ref var request = ref _requests[index];
        if (request.AttemptEndMs < request.TimerMs)
        {
            request.TimerMs = request.AttemptEndMs;
            queue.Plan(request.AttemptEndMs, EventKind.Deadline, index);
        }
    }
}
