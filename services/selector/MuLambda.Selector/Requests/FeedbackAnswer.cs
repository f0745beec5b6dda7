namespace MuLambda.Selector;

/// <summary>What became of one feedback of several.</summary>
/// <param name="RequestId">The request.</param>
/// <param name="Status">200, 404 or 409, as for a single one.</param>
/// <param name="Detail">Why it was not taken; absent where it was.</param>
internal sealed record FeedbackAnswer(string RequestId, int Status, string? Detail = null);
