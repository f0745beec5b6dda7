namespace MuLambda.Executor.Models;

/// <summary>A version that could be served.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Files">Its files.</param>
internal sealed record VersionSource(long Number, IModelFiles Files);
