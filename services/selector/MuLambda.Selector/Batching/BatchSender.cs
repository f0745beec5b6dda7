using System.Diagnostics;
using MuLambda.Protocol.Grpc;
using MuLambda.Selection;

namespace MuLambda.Selector;

/// <summary>Sends the batches of a queue: joins their inputs, and gives each request its part of the outputs or its failure.</summary>
internal sealed class BatchSender(ExecutorConnections connections, TimeProvider time)
{
    // What a call that everybody left behind still gets, and what a batch's call gets beyond its last deadline.
    private static readonly TimeSpan LeastTimeout = TimeSpan.FromMilliseconds(1);

    private volatile bool _isByExample = true;

    /// <summary>Whether an answer's first dimension is that of the inputs. Where one was not, requests must not be put together.</summary>
    public bool IsByExample => _isByExample;

    /// <summary>Sends requests in one call. Where it fails because of one of them, each half is sent again, until that one fails alone.</summary>
    /// <param name="requests">The requests, at least one.</param>
    /// <param name="ownAhead">The batches of this queue in flight before it.</param>
    /// <param name="unwanted">Nobody waits for any of them any more.</param>
    /// <returns>Whether one call answered all, and what tells each request its end.</returns>
    public async Task<(bool Answered, Action Hand)> SendAsync(PendingPrediction[] requests, int ownAhead, CancellationToken unwanted)
    {
        var candidate = requests[^1].Candidate;
        var lastMs = 0.0;
        foreach (var request in requests)
        {
            lastMs = Math.Max(lastMs, request.WantedUntilMs);
        }

        var timeout = TimeSpan.FromMilliseconds(lastMs - time.NowMs());
        using var activity = SelectorTelemetry.StartForward(requests);
        var started = time.GetTimestamp();
        try
        {
            var joined = JoinedInputs.Of(requests);
            using var lease = connections.Take(candidate.Executor);
            var answer = await lease.Connection.PredictAsync(
                new Prediction(candidate.Model, joined), timeout < LeastTimeout ? LeastTimeout : timeout, unwanted);
            var batch = new BatchAnswer(
                time.GetElapsedTime(started).TotalMilliseconds, joined.Inputs.Items, IsFirst: true, answer.RequestsAhead, ownAhead);
            if (requests.Length == 1)
            {
                var endedMs = time.NowMs();
                return (true, () =>
                {
                    requests[0].HandoverMs = time.NowMs() - endedMs;
                    requests[0].Answer(new BatchedAnswer(answer.Outputs, batch));
                });
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
            return (false, () => Fail(requests, failure));
        }

        // Whose callers gave up meanwhile is not worth another run.
        requests = Array.FindAll(requests, request => request.IsWanted);
        if (requests.Length == 0)
        {
            return (false, () => { });
        }

        if (requests.Length == 1)
        {
            return (false, (await SendAsync(requests, ownAhead, unwanted)).Hand);
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

    /// <summary>Tells requests that they failed.</summary>
    public static void Fail(PendingPrediction[] requests, Exception failure) => Each(requests, request => request.Fail(failure));

    // What one request does to all: the model fails on it, or they are too large together.
    private static bool MayBeOneOf(Exception e) => e is RequestException or InvalidDataException || e is GrpcException
    {
        StatusCode: StatusCode.InvalidArgument or StatusCode.OutOfRange or StatusCode.Internal or StatusCode.Unknown or StatusCode.FailedPrecondition,
    };

    private void HandOut(PendingPrediction[] requests, TensorsByExample outputs, BatchAnswer batch)
    {
        var at = 0;
        var starts = new Dictionary<PendingPrediction, int>(requests.Length);
        foreach (var request in requests)
        {
            starts.Add(request, at);
            at += request.Items;
        }

        var (answeredMs, measured) = (time.NowMs(), requests[requests.Length / 2]);
        Each(requests, request =>
        {
            if (ReferenceEquals(request, measured))
            {
                request.HandoverMs = time.NowMs() - answeredMs;
            }

            request.Answer(new BatchedAnswer(
                outputs.Part(starts[request], request.Items), batch with { IsFirst = ReferenceEquals(request, requests[0]) }));
        });
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
