using System.Diagnostics;
using MuLambda.Batching;
using MuLambda.Protocol.Grpc;
using MuLambda.Protocol.TensorFlow;
using MuLambda.Scaling;
using MuLambda.Selection;

namespace MuLambda.Selector;

/// <summary>The requests for one model and signature in one executor whose inputs are alike: they wait together and go in batches.</summary>
internal sealed class ExecutorQueue
{
    private readonly Lock _gate = new();
    private readonly Batcher _batcher;
    private readonly bool _tellsWait;
    private readonly BatchSender _sender;
    private readonly CandidateWait _wait;
    private readonly SelectorTelemetry _telemetry;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly List<BatchEntry> _taken = [];
    private readonly List<BatchEntry> _late = [];
    private double _wakeMs = double.PositiveInfinity;
    private Candidate? _candidate;

    public ExecutorQueue(
        ModelInputs like, CandidateWait wait, ExecutorQueue? sibling, BatchingOptions options, ExecutorConnections connections, SelectorTelemetry telemetry, TimeProvider time)
    {
        Like = like with { Tensors = EmptyOf(like) };
        (_wait, _sender, _telemetry, _time) = (wait, new BatchSender(connections, time), telemetry, time);
        var policy = options.CreatePolicy();
        _tellsWait = policy is not NoBatching;
        _batcher = new Batcher(policy, new BatcherLimits(options.MaxQueued, options.MaxItems), options.Probability);
        sibling?.Teach(_batcher.Service);
        _timer = time.CreateTimer(static queue => ((ExecutorQueue)queue!).Wake(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Inputs as those of its requests are, without their values.</summary>
    public ModelInputs Like { get; }

    /// <summary>Requests that wait.</summary>
    public int Count => _batcher.Count;

    /// <summary>Answers from which it knows what batches take.</summary>
    public long Observations
    {
        get
        {
            lock (_gate)
            {
                return _batcher.Service.Observations;
            }
        }
    }

    /// <summary>Whether nothing waits or is in flight.</summary>
    public bool IsIdle
    {
        get
        {
            lock (_gate)
            {
                return _batcher.Count == 0 && _batcher.BatchesInFlight == 0;
            }
        }
    }

    /// <summary>Whether an answer's first dimension is that of the inputs. Where one was not, requests must not be put together.</summary>
    public bool IsByExample => _sender.IsByExample;

    /// <summary>Answers a request, alone or with others.</summary>
    /// <param name="candidate">The executor and the model.</param>
    /// <param name="inputs">Its inputs, alike those of the queue.</param>
    /// <param name="terms">On what terms it waits.</param>
    /// <param name="cancellationToken">The caller went away.</param>
    /// <returns>Its answer, or that it could not be answered in time.</returns>
    /// <exception cref="GrpcException">It was not answered for another reason.</exception>
    public async Task<QueueAnswer> PredictAsync(Candidate candidate, ModelInputs inputs, QueueTerms terms, CancellationToken cancellationToken)
    {
        if (inputs.Items > _batcher.Limits.MaxBatchItems)
        {
            return new QueueAnswer(await RequestInParts.PredictAsync(
                inputs, _batcher.Limits.MaxBatchItems,
                async (part, others) => (await PredictAsync(candidate, part, terms, others)).OrThrow(), cancellationToken));
        }

        var nowMs = _time.NowMs();
        var pending = new PendingPrediction(candidate, inputs, nowMs + terms.Target.TotalMilliseconds, terms.Priority)
        {
            WantedUntilMs = nowMs + Math.Max(terms.Patience.TotalMilliseconds, terms.Target.TotalMilliseconds),
            Outside = terms.Outside?.Time,
            Trace = Activity.Current?.Context ?? default,
            Waiting = SelectorTelemetry.StartBatch(terms.Client, candidate, terms.Attempt),
        };
        Admission admission;
        RunningBatch? first;
        lock (_gate)
        {
            admission = _batcher.TryEnqueue(pending, nowMs);
            if (admission.Displaced is PendingPrediction displaced)
            {
                Refuse(displaced, nowMs, "Another request took its place in the queue for the executor: one of higher priority, or with more time to its deadline where not all can be answered.");
            }

            first = terms.Gathered is null || admission.Outcome != AdmissionOutcome.Queued ? Next(nowMs) : null;
        }

        if (admission.Outcome != AdmissionOutcome.Queued)
        {
            pending.Waiting?.SetStatus(ActivityStatusCode.Error, "refused").Dispose();
            Run(first);
            return new QueueAnswer(null, Refusal(admission));
        }

        Run(first);
        terms.Gathered?.Queued(this);
        try
        {
            var answer = await pending.Task.WaitAsync(terms.Patience, _time, cancellationToken);
            if (pending.HandoverMs is { } waitedMs)
            {
                _telemetry.HandedOver(waitedMs);
                terms.Outside?.HandedOver(waitedMs);
            }

            return answer;
        }
        catch (TimeoutException)
        {
            GiveUp(pending);
            throw new GrpcException(StatusCode.DeadlineExceeded, "The deadline of the call passed.");
        }
        catch (OperationCanceledException e)
        {
            GiveUp(pending);
            throw new GrpcException(StatusCode.Cancelled, "The call was cancelled.", e);
        }
    }

    /// <summary>What batches take, at the number of them at a time that answers the most; null while nothing is known.</summary>
    public ServiceCurve? Curve()
    {
        lock (_gate)
        {
            var service = _batcher.Service;
            if (service.Observations == 0)
            {
                return null;
            }

            // Beyond twice the largest batch seen it would be a guess.
            var (inFlight, baseMs, perItemMs) = service.Sustained(_time.NowMs());
            var most = Math.Min(_batcher.Limits.MaxBatchItems, 2 * Math.Max(1, service.LargestSeen));
            return new ServiceCurve(baseMs, perItemMs, Math.Max(1, service.Spread), inFlight, most, service.Observations);
        }
    }

    /// <summary>The last of its requests has ended, and nobody will use it again.</summary>
    public void Close() => _timer.Dispose();

    private void Teach(BatchServiceTime other)
    {
        lock (_gate)
        {
            other.BeginWith(_batcher.Service, _time.NowMs());
        }
    }

    private static GrpcException Refusal(Admission admission) => Refusal(
        admission.Outcome == AdmissionOutcome.Full
            ? "The queue for the executor is full."
            : FormattableString.Invariant($"The executor cannot answer before the deadline; there is a place again in about {admission.RetryAfterMs:0} ms."),
        admission.RetryAfterMs);

    // Hardly anything is worth a look after an hour; the estimate itself has no bound.
    private static GrpcException Refusal(string reason, double retryAfterMs) =>
        new(StatusCode.ResourceExhausted, reason) { RetryAfter = TimeSpan.FromMilliseconds(Math.Clamp(retryAfterMs, 1, 3_600_000)) };

    private static Dictionary<string, TensorProto> EmptyOf(ModelInputs like)
    {
        var tensors = new Dictionary<string, TensorProto>(StringComparer.Ordinal);
        foreach (var (name, tensor) in like.Tensors)
        {
            tensors.Add(name, new TensorProto { Dtype = tensor.Dtype, TensorShape = tensor.TensorShape });
        }

        return tensors;
    }

    private void GiveUp(PendingPrediction pending)
    {
        lock (_gate)
        {
            if (_batcher.Remove(pending))
            {
                TellWait(null, _time.NowMs());
            }
        }

        pending.GiveUp();
    }

    /// <summary>Sends what may leave now.</summary>
    public void Wake()
    {
        RunningBatch? next;
        lock (_gate)
        {
            _wakeMs = double.PositiveInfinity;
            next = Next(_time.NowMs());
        }

        Run(next);
    }

    // Starts the batch and all that may leave with it: one call after the other begins, none is waited for.
    private void Run(RunningBatch? next)
    {
        while (next is not null)
        {
            _ = RunAsync(next);
            lock (_gate)
            {
                next = Next(_time.NowMs());
            }
        }
    }

    private void Refuse(PendingPrediction pending, double nowMs, string reason)
    {
        var refusal = Refusal(reason, _batcher.WaitMs(1, nowMs, priority: pending.Priority));

        // Whoever waits goes on elsewhere: this thread has batches to send.
        ThreadPool.UnsafeQueueUserWorkItem(
            static refused =>
            {
                refused.pending.Waiting?.SetStatus(ActivityStatusCode.Error, "refused").Dispose();
                refused.pending.Refuse(refused.refusal);
            },
            (pending, refusal),
            preferLocal: false);
    }

    private RunningBatch? Next(double nowMs)
    {
        var batch = _batcher.Take(nowMs, _taken, _late, out var wakeMs);
        foreach (var late in _late)
        {
            Refuse((PendingPrediction)late, nowMs, "The executor can no longer answer before the deadline.");
        }

        RunningBatch? running = null;
        if (batch.Exists)
        {
            var requests = new PendingPrediction[_taken.Count];
            running = new RunningBatch(batch, requests);
            for (var i = 0; i < requests.Length; i++)
            {
                requests[i] = (PendingPrediction)_taken[i];
                requests[i].Batch = running;
            }
        }
        else if (wakeMs < _wakeMs)
        {
            _wakeMs = wakeMs;
            _timer.Change(TimeSpan.FromMilliseconds(Math.Clamp(wakeMs - nowMs, 0, 3_600_000)), Timeout.InfiniteTimeSpan);
        }

        // Now, not when they are used again: nothing of what has left is kept.
        _taken.Clear();
        _late.Clear();
        TellWait(running?.Requests[0].Candidate, nowMs);
        return running;
    }

    // What a request of one example, and of the priority that most have, would wait: until its batch leaves, and for those that go with it.
    private void TellWait(Candidate? candidate, double nowMs)
    {
        _candidate = candidate ?? _candidate;
        if (_tellsWait && _candidate is { } known && _batcher.Service.Observations > 0)
        {
            var service = _batcher.Service;
            var with = Math.Min(_batcher.Items + 1, _batcher.Limits.MaxBatchItems);
            var waitMs = _batcher.WaitMs(1, nowMs, priority: RequestPriority.Default)
                + Math.Max(0, service.ExpectedMs(with, 1, nowMs) - service.ExpectedMs(1, 1, nowMs));
            _wait.Report(this, waitMs, known.Track);
        }
    }

    private async Task RunAsync(RunningBatch running)
    {
        var answered = false;
        Action? hand = null;
        try
        {
            // Within, as a listener may throw: the batch's place must be free again whatever happens.
            foreach (var request in running.Requests)
            {
                SelectorTelemetry.Left(request.Waiting, running.Batch);
            }

            _telemetry.Batched(running.Requests[0].Candidate, running.Batch, _time.NowMs() - running.Requests[0].EnqueuedMs);
            (answered, hand) = await _sender.SendAsync(running.Requests, running.Batch.InFlight - 1, running.Unwanted);
        }
        catch (Exception e)
        {
            hand = () => BatchSender.Fail(running.Requests, e);
        }
        finally
        {
            RunningBatch? next;
            lock (_gate)
            {
                var nowMs = _time.NowMs();
                _batcher.Complete(running.Batch, nowMs, answered);
                next = Next(nowMs);
            }

            // The executor first: it would stand idle while answers are written.
            Run(next);
            hand?.Invoke();
            running.Dispose();
        }
    }
}
