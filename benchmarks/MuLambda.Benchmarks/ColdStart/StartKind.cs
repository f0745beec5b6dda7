using System.Text.Json.Serialization;

namespace MuLambda.Benchmarks.ColdStart;

/// <summary>What is there when a start is decided.</summary>
/// <param name="IsPrestarted">Whether an empty executor runs, or none.</param>
/// <param name="Cache">What the node has of the model.</param>
internal sealed record StartKind(bool IsPrestarted, CachedModel Cache)
{
    /// <summary>All kinds, the slowest first.</summary>
    public static IReadOnlyList<StartKind> All { get; } =
        [.. from prestarted in (bool[])[false, true] from cache in Enum.GetValues<CachedModel>() select new StartKind(prestarted, cache)];

    /// <summary>What the tables call it.</summary>
    [JsonIgnore]
    public string Name => $"{(IsPrestarted ? "prestarted" : "fresh process")}, {Cache switch
    {
        CachedModel.Nothing => "nothing cached",
        CachedModel.Artifact => "artifact cached",
        _ => "translated too",
    }}";
}
