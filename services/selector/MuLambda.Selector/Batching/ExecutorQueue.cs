using System.Diagnostics;
using MuLambda.Batching;
using MuLambda.Protocol.Grpc;
using MuLambda.Selection;

namespace MuLambda.Selector;

/// <summary>The requests for one model and signature in one executor whose inputs are alike: they wait together and go in batches.</summary>
internal sealed class ExecutorQueue
{
    // What a call that everybody left behind still gets, and what a batch's call gets beyond its last deadline.
    private static readonly TimeSpan LeastTimeout = TimeSpan.FromMilliseconds(1);

    private readonly Lock _gate = new();
    private readonly Batcher _batcher;
    private readonly bool _tellsWait;
    private readonly ExecutorConnections _connections;
    private readonly SelectorTelemetry _telemetry;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly List<BatchEntry> _taken = [];
    private readonly List<BatchEntry> _late = [];
    private double _wakeMs = double.PositiveInfinity;
    private volatile bool _isByExample = true;

    public ExecutorQueue(
        ModelInputs like, BatchingOptions options, ExecutorConnections connections, SelectorTelemetry telemetry, TimeProvider time)
    {
        Like = like with { Tensors = EmptyOf(like) };
        (_connections, _telemetry, _time) = (connections, telemetry, time);
        var policy = options.CreatePolicy();
        _tellsWait = policy is not NoBatching;
        _batcher = new Batcher(policy, new BatcherLimits(options.MaxQueued, options.MaxItems), options.Probability);
        _timer = time.CreateTimer(static queue => ((ExecutorQueue)queue!).Wake(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Inputs as those of its requests are, without their values.</summary>
    public ModelInputs Like { get; }

    /// <summary>Requests that wait.</summary>
    public int Count => _batcher.Count;

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
    public bool IsByExample => _isByExample;

    private double NowMs => _time.GetTimestamp() * (1000.0 / _time.TimestampFrequency);

    /// <summary>Answers a request, alone or with others.</summary>
    /// <param name="client">Who asks.</param>
    /// <param name="attempt">Which of the executors asked this one is, from 1.</param>
    /// <param name="candidate">The executor and the model.</param>
    /// <param name="inputs">Its inputs, alike those of the queue.</param>
    /// <param name="target">The time until it should be answered, at which the queue aims: its client's objective, or its deadline.</param>
    /// <param name="patience">How long it waits here at most, which is less than its deadline where another executor could still be tried.</param>
    /// <param name="cancellationToken">The caller went away.</param>
    /// <exception cref="GrpcException">It was not answered; RESOURCE_EXHAUSTED where it could not be in time.</exception>
    public async Task<BatchedAnswer> PredictAsync(
        string client, int attempt, Candidate candidate, ModelInputs inputs, TimeSpan target, TimeSpan patience, CancellationToken cancellationToken)
    {
        if (inputs.Items > _batcher.Limits.MaxBatchItems)
        {
            return await PredictInPartsAsync(client, attempt, candidate, inputs, target, patience, cancellationToken);
        }

        var nowMs = NowMs;
        var pending = new PendingPrediction(candidate, inputs, nowMs + target.TotalMilliseconds)
        {
            WantedUntilMs = nowMs + Math.Max(patience.TotalMilliseconds, target.TotalMilliseconds),
            Trace = Activity.Current?.Context ?? default,
            Waiting = SelectorTelemetry.StartBatch(client, candidate, attempt),
        };
        Admission admission;
        RunningBatch? first;
        lock (_gate)
        {
            admission = _batcher.TryEnqueue(pending, nowMs);
            first = Next(nowMs);
        }

        if (admission.Outcome != AdmissionOutcome.Queued)
        {
            pending.Waiting?.SetStatus(ActivityStatusCode.Error, "refused").Dispose();
            Run(first);
            throw Refusal(admission);
        }

        Run(first);
        try
        {
            return await pending.Task.WaitAsync(patience, _time, cancellationToken);
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

    /// <summary>The last of its requests has ended, and nobody will use it again.</summary>
    public void Close() => _timer.Dispose();

    // More examples than a batch may have: as many batches as it takes, and the answers behind each other again.
    private async Task<BatchedAnswer> PredictInPartsAsync(
        string client, int attempt, Candidate candidate, ModelInputs inputs, TimeSpan target, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var others = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var most = _batcher.Limits.MaxBatchItems;
        var all = TensorsByExample.Of(inputs.Tensors, inputs.Items)
            ?? throw new GrpcException(StatusCode.InvalidArgument, "The first dimension of an input is not the number of examples.");
        var parts = new List<Task<BatchedAnswer>>((inputs.Items + most - 1) / most);
        for (var start = 0; start < inputs.Items; start += most)
        {
            var part = inputs with { Items = Math.Min(most, inputs.Items - start), Tensors = all.Part(start, Math.Min(most, inputs.Items - start)) };
            parts.Add(PredictAsync(client, attempt, candidate, part, target, patience, others.Token));
        }

        var answers = new List<BatchedAnswer>(parts.Count);
        try
        {
            foreach (var part in parts)
            {
                answers.Add(await part);
            }
        }
        catch
        {
            // One failed: the request has, and the others are not wanted.
            await others.CancelAsync();
            await ((Task)Task.WhenAll(parts)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            throw;
        }

        foreach (var (i, answer) in answers.Index())
        {
            // Else nobody could tell where an example's outputs are.
            _ = TensorsByExample.Of(answer.Outputs, Math.Min(most, inputs.Items - (i * most)))
                ?? throw new GrpcException(StatusCode.Internal, "The executor's outputs are not by example.");
        }

        return answers[0] with { Outputs = TensorsByExample.Join([.. answers.Select(answer => answer.Outputs)]) };
    }

    private static GrpcException Refusal(Admission admission) => new(
        StatusCode.ResourceExhausted,
        admission.Outcome == AdmissionOutcome.Full
            ? "The queue for the executor is full."
            : FormattableString.Invariant($"The executor cannot answer before the deadline; there is a place again in about {admission.RetryAfterMs:0} ms."));

    private static Dictionary<string, Protocol.TensorFlow.TensorProto> EmptyOf(ModelInputs like)
    {
        var tensors = new Dictionary<string, Protocol.TensorFlow.TensorProto>(StringComparer.Ordinal);
        foreach (var (name, tensor) in like.Tensors)
        {
            tensors.Add(name, new Protocol.TensorFlow.TensorProto { Dtype = tensor.Dtype, TensorShape = tensor.TensorShape });
        }

        return tensors;
    }

    private void GiveUp(PendingPrediction pending)
    {
        lock (_gate)
        {
            _batcher.Remove(pending);
        }

        pending.GiveUp();
    }

    private void Wake()
    {
        RunningBatch? next;
        lock (_gate)
        {
            _wakeMs = double.PositiveInfinity;
            next = Next(NowMs);
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
                next = Next(NowMs);
            }
        }
    }

    private RunningBatch? Next(double nowMs)
    {
        _taken.Clear();
        _late.Clear();
        var batch = _batcher.Take(nowMs, _taken, _late, out var wakeMs);
        foreach (var late in _late)
        {
            // Whoever waits goes on elsewhere: this thread has batches to send.
            ThreadPool.UnsafeQueueUserWorkItem(
                static pending =>
                {
                    pending.Waiting?.SetStatus(ActivityStatusCode.Error, "refused").Dispose();
                    pending.Fail(new GrpcException(StatusCode.ResourceExhausted, "The executor can no longer answer before the deadline."));
                },
                (PendingPrediction)late,
                preferLocal: false);
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

        TellWait(running?.Requests[0].Candidate, nowMs);
        return running;
    }

    private Candidate? _candidate;

    // What a request of one example would wait: until its batch leaves, and for those that go with it.
    private void TellWait(Candidate? candidate, double nowMs)
    {
        _candidate = candidate ?? _candidate;
        if (_tellsWait && _candidate is { } known && _batcher.Service.Observations > 0)
        {
            var service = _batcher.Service;
            var with = Math.Min(_batcher.Items + 1, _batcher.Limits.MaxBatchItems);
            known.Track.ReportQueueWait(
                _batcher.WaitMs(1, nowMs) + Math.Max(0, service.ExpectedMs(with, 1, nowMs) - service.ExpectedMs(1, 1, nowMs)));
        }
    }

    private async Task RunAsync(RunningBatch running)
    {
        var answered = false;
        var ownAhead = running.Batch.InFlight - 1;
        foreach (var request in running.Requests)
        {
            SelectorTelemetry.Left(request.Waiting, running.Batch);
        }

        _telemetry.Batched(running.Requests[0].Candidate, running.Batch, NowMs - running.Requests[0].EnqueuedMs);
        Action? hand = null;
        try
        {
            (answered, hand) = await SendAsync(running.Requests, ownAhead, running.Unwanted);
        }
        finally
        {
            RunningBatch? next;
            lock (_gate)
            {
                var nowMs = NowMs;
                _batcher.Complete(running.Batch, nowMs, answered);
                next = Next(nowMs);
            }

            // The executor first: it would stand idle while answers are written.
            Run(next);
            hand?.Invoke();
            running.Dispose();
        }
    }

    // Sends requests in one call. Where it fails because of one of them, each half is sent again, until that one fails alone.
    private async Task<(bool Answered, Action Hand)> SendAsync(PendingPrediction[] requests, int ownAhead, CancellationToken unwanted)
    {
        var candidate = requests[^1].Candidate;
        var lastMs = 0.0;
        foreach (var request in requests)
        {
            lastMs = Math.Max(lastMs, request.WantedUntilMs);
        }

        var timeout = TimeSpan.FromMilliseconds(lastMs - NowMs);
        using var activity = SelectorTelemetry.StartForward(requests);
        var started = _time.GetTimestamp();
        try
        {
            var joined = JoinedInputs.Of(requests);
            using var lease = _connections.Take(candidate.Executor);
            var answer = await lease.Connection.PredictAsync(
                new Prediction(candidate.Model, joined), timeout < LeastTimeout ? LeastTimeout : timeout, unwanted);
            var batch = new BatchAnswer(
                _time.GetElapsedTime(started).TotalMilliseconds, joined.Inputs.Items, IsFirst: true, answer.RequestsAhead, ownAhead);
            if (requests.Length == 1)
            {
                return (true, () => requests[0].Answer(new BatchedAnswer(answer.Outputs, batch)));
            }

            if (TensorsByExample.Of(answer.Outputs, joined.Inputs.Items) is { } outputs)
            {
                return (true, () => HandOut(requests, outputs, batch));
            }

            _isByExample = false;
        }
        catch (Exception e) when (requests.Length > 1 && MayBeOneOf(e) && !unwanted.IsCancellationRequested)
        {
            activity?.SetStatus(ActivityStatusCode.Error, e.Message);
        }
        catch (Exception e)
        {
            activity?.SetStatus(ActivityStatusCode.Error, e.Message);
            var failure = e is InvalidDataException ? new GrpcException(StatusCode.InvalidArgument, e.Message, e) : e;
            return (false, () => Each(requests, request => request.Fail(failure)));
        }

        var half = _isByExample ? requests.Length / 2 : 1;
        var (one, other) = (SendAsync(requests[..half], ownAhead, unwanted), SendAsync(requests[half..], ownAhead, unwanted));
        var (first, second) = (await one, await other);
        return (false, () =>
        {
            first.Hand();
            second.Hand();
        });
    }

    // What one request does to all: the model fails on it, or they are too large together.
    private static bool MayBeOneOf(Exception e) => e is RequestException or InvalidDataException || e is GrpcException
    {
        StatusCode: StatusCode.InvalidArgument or StatusCode.OutOfRange or StatusCode.Internal or StatusCode.Unknown or StatusCode.FailedPrecondition,
    };

    private static void HandOut(PendingPrediction[] requests, TensorsByExample outputs, BatchAnswer batch)
    {
        var at = 0;
        var starts = new Dictionary<PendingPrediction, int>(requests.Length);
        foreach (var request in requests)
        {
            starts.Add(request, at);
            at += request.Items;
        }

        Each(requests, request => request.Answer(new BatchedAnswer(
            outputs.Part(starts[request], request.Items), batch with { IsFirst = ReferenceEquals(request, requests[0]) })));
    }

    // What follows an answer runs where it is given: the others' must not wait for the first one's.
    private static void Each(PendingPrediction[] requests, Action<PendingPrediction> give)
    {
        for (var i = 1; i < requests.Length; i++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static given => given.give(given.request), (give, request: requests[i]), preferLocal: false);
        }

        give(requests[0]);
    }
}
