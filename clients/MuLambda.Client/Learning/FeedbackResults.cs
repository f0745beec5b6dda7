namespace MuLambda.Client;

/// <summary>The answer to several feedbacks.</summary>
internal sealed record FeedbackResults(int Taken, IReadOnlyList<FeedbackResult> Results);
