namespace MuLambda.Selector;

/// <summary>What a client tells of a request after it.</summary>
/// <param name="Score">How right the answer was, from 0 to 1; null where it does not tell.</param>
/// <param name="Confidence">How sure the model was, from 0 to 1; null where it does not tell.</param>
/// <param name="LatencyMs">From the client's sending to its having the answer, in milliseconds; null where it does not tell.</param>
/// <param name="Failed">Whether the executor failed.</param>
/// <param name="RequestsAhead">How many requests ran or waited in the executor when this one came; null where it does not tell.</param>
internal readonly record struct Feedback(
    double? Score, double? Confidence, double? LatencyMs, bool Failed, int? RequestsAhead = null)
{
    /// <summary>Whether it says how the request ended.</summary>
    public bool IsOutcome => LatencyMs is not null || Failed;

    public FeedbackKinds Kinds =>
        (Score is null ? FeedbackKinds.None : FeedbackKinds.Accuracy)
        | (Confidence is null ? FeedbackKinds.None : FeedbackKinds.Confidence)
        | (IsOutcome ? FeedbackKinds.Outcome : FeedbackKinds.None);
}
