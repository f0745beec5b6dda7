namespace MuLambda.Client;

/// <summary>What became of one feedback of several.</summary>
/// <param name="RequestId">The request.</param>
/// <param name="Status">200 where it counted, 404 where the request is not known (any more), 409 where that was told before.</param>
/// <param name="Detail">Why it did not count; null where it did.</param>
public sealed record FeedbackResult(string RequestId, int Status, string? Detail = null);
