using Microsoft.Extensions.DependencyInjection;
using MuLambda.Hosting.ApplicationModel;
using MuLambda.Hosting.Orchestration;

namespace MuLambda.Hosting.Testing;

/// <summary>What tests ask of a running application.</summary>
public static class DistributedApplicationHostingTestingExtensions
{
    /// <summary>A client of a resource's endpoint.</summary>
    /// <param name="app">The application.</param>
    /// <param name="resourceName">The resource.</param>
    /// <param name="endpointName">The endpoint; <c>http</c>, or else the first, when null.</param>
    public static HttpClient CreateHttpClient(this DistributedApplication app, string resourceName, string? endpointName = null) =>
        new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = app.GetEndpoint(resourceName, endpointName) };

    /// <summary>The address of a resource's endpoint (of its first replica).</summary>
    /// <param name="app">The application.</param>
    /// <param name="resourceName">The resource.</param>
    /// <param name="endpointName">The endpoint; <c>http</c>, or else the first, when null.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static Uri GetEndpoint(this DistributedApplication app, string resourceName, string? endpointName = null)
    {
        var resource = Find(app, resourceName) as IResourceWithEndpoints
            ?? throw new ArgumentException($"Resource '{resourceName}' has no endpoints.", nameof(resourceName));
        var endpoints = resource.Annotations.OfType<EndpointAnnotation>().ToList();
        var name = endpointName ?? endpoints.Find(e => e.Name == "http")?.Name ?? endpoints.FirstOrDefault()?.Name
            ?? throw new ArgumentException($"Resource '{resourceName}' has no endpoints.", nameof(resourceName));
        var reference = new EndpointReference(resource, name);
        return reference.Exists
            ? new Uri(reference.Url)
            : throw new ArgumentException($"Resource '{resourceName}' has no endpoint '{name}'.", nameof(endpointName));
    }

    /// <summary>A resource's connection string.</summary>
    /// <param name="app">The application.</param>
    /// <param name="resourceName">The resource.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static ValueTask<string?> GetConnectionStringAsync(this DistributedApplication app, string resourceName, CancellationToken cancellationToken = default) =>
        Find(app, resourceName) is IResourceWithConnectionString resource
            ? resource.GetConnectionStringAsync(cancellationToken)
            : throw new ArgumentException($"Resource '{resourceName}' has no connection string.", nameof(resourceName));

    /// <summary>The processes of a resource that run now, one a replica.</summary>
    /// <param name="app">The application, started.</param>
    /// <param name="resourceName">The resource.</param>
    public static IReadOnlyList<int> GetProcessIds(this DistributedApplication app, string resourceName)
    {
        ArgumentNullException.ThrowIfNull(app);
        return app.Services.GetRequiredService<ApplicationOrchestrator>().ProcessIds(resourceName);
    }

    private static IResource Find(DistributedApplication app, string name)
    {
        ArgumentNullException.ThrowIfNull(app);
        return app.Services.GetRequiredService<IResourceCollection>()
            .FirstOrDefault(r => string.Equals(r.Name, name, StringComparison.OrdinalIgnoreCase))
            ?? throw new ArgumentException($"There is no resource '{name}'.", nameof(name));
    }
}
