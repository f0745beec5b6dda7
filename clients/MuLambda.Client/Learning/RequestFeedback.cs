namespace MuLambda.Client;

/// <summary>A feedback and the request it is about.</summary>
/// <param name="RequestId">The id of the decision (<see cref="Decision.RequestId"/>).</param>
/// <param name="Feedback">What to tell of it.</param>
public sealed record RequestFeedback(string RequestId, Feedback Feedback);
