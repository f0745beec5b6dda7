namespace MuLambda.Inference;

/// <summary>How large a model may be.</summary>
public sealed record ModelLimits
{
    /// <summary>The limits where none are named.</summary>
    public static ModelLimits Default { get; } = new();

    /// <summary>The largest model file in bytes; at most <see cref="int.MaxValue"/>. 512 MiB by default.</summary>
    public long MaxFileBytes { get; init; } = 512L << 20;

    /// <summary>The most nodes in a graph. 100,000 by default.</summary>
    public int MaxNodes { get; init; } = 100_000;

    /// <summary>The most signatures in a model. 64 by default.</summary>
    public int MaxSignatures { get; init; } = 64;

    /// <summary>The deepest nesting of messages in a file. 64 by default.</summary>
    public int MaxDepth { get; init; } = 64;
}
