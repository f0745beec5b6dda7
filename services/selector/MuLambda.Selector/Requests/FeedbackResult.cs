namespace MuLambda.Selector;

/// <summary>What became of a feedback.</summary>
/// <param name="Status">200, 404 where the request is not known (any more), 409 where that was told before.</param>
/// <param name="Detail">Why it was not taken; null where it was.</param>
internal readonly record struct FeedbackResult(int Status, string? Detail)
{
    public static FeedbackResult Taken { get; } = new(StatusCodes.Status200OK, null);
}
