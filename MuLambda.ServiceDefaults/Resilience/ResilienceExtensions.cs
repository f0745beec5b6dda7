using Microsoft.Extensions.DependencyInjection;

namespace MuLambda.ServiceDefaults.Resilience;

/// <summary>Adds the resilience pipeline to HTTP clients.</summary>
internal static class ResilienceExtensions
{
    internal static void AddStandardResilience(this IHttpClientBuilder client) =>
        client.AddHttpMessageHandler(services =>
            new ResilienceHandler(services.GetService<TimeProvider>() ?? TimeProvider.System));
}
