using MuLambda.Catalog;

namespace MuLambda.Simulation;

/// <summary>One change of the catalog.</summary>
/// <param name="AtMs">When the registry took it.</param>
/// <param name="Executor">The executor as it is now; null where the change is of something else.</param>
/// <param name="Latency">The latency report as it is now; null where the change is of something else.</param>
/// <param name="IsRemoved">Whether the executor is gone.</param>
internal readonly record struct CatalogEntry(double AtMs, Executor? Executor, LatencyReport? Latency, bool IsRemoved);
