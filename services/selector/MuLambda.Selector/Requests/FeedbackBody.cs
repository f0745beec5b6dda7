using MuLambda.Protocol.Serving;

namespace MuLambda.Selector;

/// <summary>A feedback as it is sent to <c>POST /v1/feedback</c>.</summary>
/// <param name="RequestId">The id that a selection or an inference answered.</param>
/// <param name="Correct">Whether the answer was right; in place of <paramref name="Score"/>.</param>
/// <param name="Score">How right it was, from 0 to 1.</param>
/// <param name="Confidence">How sure the model was, from 0 to 1.</param>
/// <param name="LatencyMs">From sending the request to having the answer, in milliseconds.</param>
/// <param name="Failed">True where the executor failed.</param>
/// <param name="RequestsAhead">How many requests ran or waited in the executor when this one came, as it told with its answer.</param>
internal sealed record FeedbackBody(
    string RequestId,
    bool? Correct = null,
    double? Score = null,
    double? Confidence = null,
    double? LatencyMs = null,
    bool? Failed = null,
    long? RequestsAhead = null)
{
    /// <summary>The longest latency, in milliseconds.</summary>
    public const double MaxLatencyMs = 3_600_000;

    /// <summary>What is wrong with it: members and messages.</summary>
    /// <param name="prefix">What comes before the members' names.</param>
    /// <param name="id">The id, where nothing is wrong.</param>
    /// <param name="feedback">The feedback, where nothing is wrong.</param>
    public IReadOnlyList<(string Path, string Message)> Read(string prefix, out RequestId id, out Feedback feedback)
    {
        var errors = new List<(string, string)>();
        if (!Selector.RequestId.TryParse(RequestId, out id))
        {
            errors.Add((prefix + "requestId", "is no request id: it must be one that a selection or an inference answered, a UUID of version 7."));
        }

        if (Correct is not null && Score is not null)
        {
            errors.Add((prefix + "score", "either correct or score may be given, and not both."));
        }

        if (Correct is null && Score is null && Confidence is null && LatencyMs is null && Failed is not true)
        {
            errors.Add((prefix.TrimEnd('.') is { Length: > 0 } entry ? entry : "$", "says nothing: correct, score, confidence, latencyMs or failed must be given."));
        }

        Check(errors, prefix + "score", Score, 0, 1);
        Check(errors, prefix + "confidence", Confidence, 0, 1);
        Check(errors, prefix + "latencyMs", LatencyMs, 0, MaxLatencyMs);
        Check(errors, prefix + "requestsAhead", RequestsAhead, 0, RequestsAheadHeader.MaxCount);
        if (Failed is true
            && (Correct is not null || Score is not null || Confidence is not null || LatencyMs is not null || RequestsAhead is not null))
        {
            errors.Add((prefix + "failed", "a request that failed has no answer: nothing else can be told of it."));
        }
        else if (RequestsAhead is not null && LatencyMs is null)
        {
            errors.Add((prefix + "requestsAhead", "says how latencyMs came about, which must be given with it."));
        }

        // Where it is out of range the feedback does not count.
        feedback = new Feedback(
            Correct is { } correct ? (correct ? 1 : 0) : Score, Confidence, LatencyMs, Failed is true, unchecked((int?)RequestsAhead));
        return errors;
    }

    private static void Check(List<(string, string)> errors, string path, double? value, double least, double most)
    {
        if (value is { } number && !(number >= least && number <= most))
        {
            errors.Add((path, FormattableString.Invariant($"is {number}; it must be from {least} to {most}.")));
        }
    }
}
