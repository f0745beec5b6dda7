using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MuLambda.Executor.Models;

/// <summary>Ready when every model that was named is available.</summary>
internal sealed class ModelsHealthCheck(ModelManager models) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(models.IsReady(out var missing) ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy(missing));
}
