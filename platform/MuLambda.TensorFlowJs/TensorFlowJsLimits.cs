namespace MuLambda.TensorFlowJs;

/// <summary>How large a TensorFlow.js model may be.</summary>
public sealed record TensorFlowJsLimits
{
    /// <summary>The limits where none are named.</summary>
    public static TensorFlowJsLimits Default { get; } = new();

    /// <summary>The largest JSON file in bytes. 64 MiB by default.</summary>
    public int MaxJsonBytes { get; init; } = 64 << 20;

    /// <summary>The most bytes of all weights together, as they are stored and as they are restored. 512 MiB by default.</summary>
    public long MaxWeightBytes { get; init; } = 512L << 20;

    /// <summary>The most nodes, those of the functions included. 100,000 by default.</summary>
    public int MaxNodes { get; init; } = 100_000;

    /// <summary>The most weights. 100,000 by default.</summary>
    public int MaxWeights { get; init; } = 100_000;

    /// <summary>The most weight files. 10,000 by default.</summary>
    public int MaxShards { get; init; } = 10_000;
}
