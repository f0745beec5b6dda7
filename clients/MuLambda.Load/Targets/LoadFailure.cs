namespace MuLambda.Load;

/// <summary>Why a request was not answered right.</summary>
/// <param name="Kind">What it is counted as: one of <see cref="FailureKinds"/>, <c>http 503</c> or <c>grpc UNAVAILABLE</c>.</param>
/// <param name="Text">What was said, for people.</param>
public sealed record LoadFailure(string Kind, string Text)
{
    private const int MaxText = 300;

    /// <summary>What was said, for people.</summary>
    public string Text { get; } = Text.Length <= MaxText ? Text : string.Concat(Text.AsSpan(0, MaxText), "…");
}
