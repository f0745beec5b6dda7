using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MuLambda.ServiceDefaults.Discovery;

/// <summary>Registers service discovery.</summary>
internal static class ServiceDiscoveryExtensions
{
    internal static void AddServiceDiscovery(this IServiceCollection services)
    {
        services.TryAddSingleton<ServiceEndpoints>();
        services.TryAddTransient<ServiceDiscoveryHandler>();
    }

    internal static void AddServiceDiscovery(this IHttpClientBuilder client) =>
        client.AddHttpMessageHandler<ServiceDiscoveryHandler>();
}
