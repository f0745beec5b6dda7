using MuLambda.Catalog;

namespace MuLambda.Simulation;

/// <summary>One change of the catalog: of an executor or of a latency report.</summary>
/// <param name="AtMs">When the registry took it.</param>
/// <param name="Index">Which executor or report, by its key's index.</param>
/// <param name="Executor">The executor as it is now; null where it is gone.</param>
/// <param name="Latency">The latency report as it is now; null where the change is of an executor.</param>
internal readonly record struct CatalogEntry(double AtMs, int Index, Executor? Executor, LatencyReport? Latency);
