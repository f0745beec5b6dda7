namespace MuLambda.Client;

/// <summary>What an application tells of a request after it, so that the platform chooses better. At least one of it has to be told; each
/// is told once.</summary>
/// <param name="Correct">Whether the answer was right; in place of <paramref name="Score"/>.</param>
/// <param name="Score">How right the answer was, from 0 to 1.</param>
/// <param name="Confidence">How sure the model was, from 0 to 1; of an inference only where its answer does not say.</param>
/// <param name="Latency">From sending the request to the executor to having the answer; of a selection only, an inference is timed by
/// the selector.</param>
/// <param name="Failed">Whether the executor failed to answer; then nothing else can be told. Of a selection only.</param>
/// <param name="RequestsAhead">How many requests ran or waited in the executor when this one came, as it told with its answer
/// (<see cref="ExecutorHeaders.ReadRequestsAhead"/>): what <paramref name="Latency"/> owes to them. With a latency only; from 0 to 1,000,000.</param>
public sealed record Feedback(
    bool? Correct = null,
    double? Score = null,
    double? Confidence = null,
    TimeSpan? Latency = null,
    bool Failed = false,
    int? RequestsAhead = null)
{
    internal FeedbackBody ToBody(string requestId)
    {
        ArgumentException.ThrowIfNullOrEmpty(requestId);
        return new FeedbackBody(requestId, Correct, Score, Confidence, Latency?.TotalMilliseconds, Failed ? true : null, RequestsAhead);
    }
}
