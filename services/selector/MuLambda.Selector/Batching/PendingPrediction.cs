using System.Diagnostics;
using MuLambda.Batching;
using MuLambda.Protocol.Grpc;
using MuLambda.Selection;

namespace MuLambda.Selector;

/// <summary>A request on its way through a queue and a batch. It ends once: answered, failed, or given up by its caller.</summary>
internal sealed class PendingPrediction(Candidate candidate, ModelInputs inputs, double deadlineMs, int priority)
    : BatchEntry(inputs.Items, deadlineMs, priority)
{
    private readonly TaskCompletionSource<QueueAnswer> _answer = new();

    /// <summary>The executor and the model chosen for it.</summary>
    public Candidate Candidate { get; } = candidate;

    public ModelInputs Inputs { get; } = inputs;

    /// <summary>What it becomes. What follows runs where <see cref="Answer"/>, <see cref="Refuse"/> or <see cref="Fail"/> is called.</summary>
    public Task<QueueAnswer> Task => _answer.Task;

    /// <summary>Whether somebody still waits for it.</summary>
    public bool IsWanted => !_answer.Task.IsCompleted;

    /// <summary>When its caller does not wait any more: no earlier than its deadline in the queue, which may be an objective only.</summary>
    public required double WantedUntilMs { get; init; }

    /// <summary>The span that its batch's call belongs to, or links.</summary>
    public ActivityContext Trace { get; init; }

    /// <summary>Its wait for a batch.</summary>
    public Activity? Waiting { get; init; }

    /// <summary>The batch that it left in; null while it waits.</summary>
    public RunningBatch? Batch { get; set; }

    /// <summary>How long its answer waited for a thread, in milliseconds; of one request of each batch, null of the others.</summary>
    public double? HandoverMs { get; set; }

    public void Answer(BatchedAnswer answer) => _answer.TrySetResult(new QueueAnswer(answer));

    public void Refuse(GrpcException refusal) => _answer.TrySetResult(new QueueAnswer(null, refusal));

    public void Fail(Exception failure) => _answer.TrySetException(failure);

    /// <summary>Its caller does not wait any more.</summary>
    public void GiveUp()
    {
        _answer.TrySetCanceled();
        Waiting?.Dispose();
        Batch?.OneGaveUp();
    }
}
