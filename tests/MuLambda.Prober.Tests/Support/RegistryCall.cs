using MuLambda.Catalog;

namespace MuLambda.Prober.Tests.Support;

/// <summary>A call that the registry's stand-in answered.</summary>
internal sealed record RegistryCall(
    string Kind,
    string Id,
    int Status = 0,
    Executor? Executor = null,
    ExecutorHeartbeat? Heartbeat = null,
    IReadOnlyList<LatencyReport>? Reports = null,
    Node? Node = null);
