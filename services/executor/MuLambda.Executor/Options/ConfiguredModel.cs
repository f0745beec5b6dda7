using System.Collections.Frozen;

namespace MuLambda.Executor.Options;

/// <summary>A model to serve: where its versions come from, which of them are wanted, and their labels.</summary>
/// <param name="Name">The name requests use.</param>
/// <param name="Path">A directory of numbered versions, a model's directory or file; null for the registry's model of the name.</param>
internal sealed record ConfiguredModel(string Name, string? Path)
{
    /// <summary>Which versions are wanted.</summary>
    public VersionPolicy Policy { get; init; } = VersionPolicy.LatestOne;

    /// <summary>Names of versions, by label.</summary>
    public IReadOnlyDictionary<string, long> Labels { get; init; } = FrozenDictionary<string, long>.Empty;
}
