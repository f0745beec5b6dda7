namespace MuLambda.Inference;

/// <summary>How large a tensor from outside may be.</summary>
public sealed record TensorLimits
{
    /// <summary>The limits where none are named: 256 MiB, rank 16.</summary>
    public static TensorLimits Default { get; } = new();

    /// <summary>The largest content in bytes; of a string tensor, the sum of its strings and 16 bytes an element.</summary>
    public long MaxBytes { get; init; } = 256L << 20;

    /// <summary>The most dimensions.</summary>
    public int MaxRank { get; init; } = 16;
}
