namespace MuLambda.Protocol.Rest;

/// <summary>What a predict body may not exceed.</summary>
public sealed record PredictJsonLimits
{
    /// <summary>The limits where none are given.</summary>
    public static PredictJsonLimits Default { get; } = new();

    /// <summary>The body's size in bytes.</summary>
    public int MaxBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Elements of all input tensors together.</summary>
    public int MaxElements { get; init; } = 16 * 1024 * 1024;

    /// <summary>Dimensions of a tensor.</summary>
    public int MaxRank { get; init; } = 16;
}
