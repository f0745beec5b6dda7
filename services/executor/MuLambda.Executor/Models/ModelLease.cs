using MuLambda.Inference;

namespace MuLambda.Executor.Models;

/// <summary>The right to run a version; it stays in memory until the lease is disposed, which is done once.</summary>
internal readonly struct ModelLease(ResidentModel resident) : IDisposable
{
    /// <summary>The model's name.</summary>
    public string Name => resident.Name;

    /// <summary>The version's number.</summary>
    public long Version => resident.Version;

    /// <summary>What runs.</summary>
    public LoadedModel Model => resident.Model;

    public void Dispose() => resident.Release();
}
