namespace MuLambda.Selector;

/// <summary>What became of several feedbacks, in their order.</summary>
internal sealed record FeedbackAnswers(int Taken, IReadOnlyList<FeedbackAnswer> Results);
