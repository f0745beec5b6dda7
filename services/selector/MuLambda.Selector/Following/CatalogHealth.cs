using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MuLambda.Selector;

/// <summary>Ready once the catalog has arrived; degraded, but serving, while the registry is away.</summary>
internal sealed class CatalogHealth(CatalogFollower catalog) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(
            catalog.Snapshot is not { } snapshot
                ? HealthCheckResult.Unhealthy($"The catalog has not arrived yet{Because}.")
            : catalog.IsConnected
                ? HealthCheckResult.Healthy($"Revision {snapshot.Revision}; selectors: {catalog.Selectors.Count}.")
            : HealthCheckResult.Degraded($"The registry is away{Because}; serving from revision {snapshot.Revision}."));

    private string Because => catalog.LastError is { } error ? $" ({error})" : "";
}
