using MuLambda.Protocol.Grpc;

namespace MuLambda.Selector;

/// <summary>What became of a request in a queue. Refusals come by thousands when there is too much to do, so they are no exceptions.</summary>
/// <param name="Answer">The answer; null where it was refused.</param>
/// <param name="Refusal">RESOURCE_EXHAUSTED, with when there is a place again; null where it was answered.</param>
internal readonly record struct QueueAnswer(BatchedAnswer? Answer, GrpcException? Refusal = null)
{
    /// <summary>The answer.</summary>
    /// <exception cref="GrpcException">It was refused.</exception>
    public BatchedAnswer OrThrow() => Answer ?? throw Refusal!;
}
