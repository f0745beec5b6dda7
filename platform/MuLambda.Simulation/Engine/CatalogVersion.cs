using System.Collections.Immutable;
using MuLambda.Catalog;

namespace MuLambda.Simulation;

/// <summary>The catalog at one revision.</summary>
internal sealed record CatalogVersion(
    long Revision,
    ImmutableDictionary<string, Model> Models,
    ImmutableDictionary<string, Executor> Executors,
    ImmutableDictionary<string, Client> Clients,
    ImmutableDictionary<string, LatencyReport> Latencies);
