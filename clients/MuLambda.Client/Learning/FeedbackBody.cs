namespace MuLambda.Client;

/// <summary>A feedback as it is sent.</summary>
internal sealed record FeedbackBody(
    string RequestId, bool? Correct, double? Score, double? Confidence, double? LatencyMs, bool? Failed, int? RequestsAhead);
