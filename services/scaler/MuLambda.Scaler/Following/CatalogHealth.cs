using Microsoft.Extensions.Diagnostics.HealthChecks;
using MuLambda.Catalog.Http;
using MuLambda.Scaler.Leading;

namespace MuLambda.Scaler.Following;

/// <summary>Ready once the catalog has arrived; degraded while the registry is away: then nothing is scaled.</summary>
internal sealed class CatalogHealth(CatalogFeed feed, Leader leader) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(
            feed.Current.Epoch is null ? HealthCheckResult.Unhealthy($"The catalog has not arrived yet{Because}.")
            : !feed.IsConnected ? HealthCheckResult.Degraded($"The registry is away{Because}; nothing is scaled down.")
            : HealthCheckResult.Healthy(leader.Token is null ? "Another scaler leads." : "This scaler leads."));

    private string Because => feed.LastError is { } error ? $" ({error.Message})" : "";
}
