using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MuLambda.Executor.Models;

/// <summary>Ready when every model is available.</summary>
internal sealed class ModelsHealthCheck(ModelSet models) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var missing = models.All
            .Select(model => (model.Name, model.Status))
            .Where(model => model.Status.State != ModelState.Available)
            .Select(model => $"{model.Name} is {ModelStates.NameOf(model.Status.State)}. {model.Status.Message}".TrimEnd())
            .ToList();
        return Task.FromResult(missing.Count == 0
            ? HealthCheckResult.Healthy($"{models.All.Count} models are available.")
            : HealthCheckResult.Unhealthy(string.Join(" ", missing)));
    }
}
