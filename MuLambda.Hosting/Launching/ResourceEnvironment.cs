using System.Globalization;
using MuLambda.Hosting.ApplicationModel;

namespace MuLambda.Hosting.Launching;

/// <summary>The environment variables of a resource: the conventions first, then what the AppHost says, which may override them.</summary>
internal static class ResourceEnvironment
{
    private static readonly string[] Exporter =
        ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_EXPORTER_OTLP_HEADERS"];

    public static async Task<Dictionary<string, string>> CreateAsync(
        IResource resource, int replica, string instanceId, LaunchContext launch, CancellationToken cancellationToken)
    {
        var variables = new Dictionary<string, object>
        {
            ["OTEL_SERVICE_NAME"] = resource.Name,
            ["OTEL_RESOURCE_ATTRIBUTES"] = $"service.instance.id={instanceId}",
        };
        foreach (var name in Exporter)
        {
            if (launch.Configuration[name] is { Length: > 0 } value)
            {
                variables[name] = value;
            }
        }

        if (resource is ProjectResource)
        {
            variables["DOTNET_ENVIRONMENT"] = launch.EnvironmentName;
            variables["ASPNETCORE_ENVIRONMENT"] = launch.EnvironmentName;
            if (resource.Annotations.OfType<EndpointAnnotation>().FirstOrDefault(e => e.Name == "http") is { } http)
            {
                variables["ASPNETCORE_URLS"] = http.Allocated[replica].UriString;
            }
        }

        foreach (var reference in resource.Annotations.OfType<ServiceReferenceAnnotation>())
        {
            AddServiceDiscovery(variables, reference);
        }

        var context = new EnvironmentCallbackContext(launch.ExecutionContext, resource, variables, cancellationToken);
        foreach (var annotation in resource.Annotations.OfType<EnvironmentCallbackAnnotation>())
        {
            await annotation.Callback(context);
        }

        var asker = new ValueProviderContext { Caller = resource, ExecutionContext = launch.ExecutionContext, ReplicaIndex = replica };
        var resolved = new Dictionary<string, string>(variables.Count);
        foreach (var (name, value) in variables)
        {
            // A missing optional value leaves the variable out.
            if (await ResourceValues.ResolveAsync(value, asker, cancellationToken) is { } text)
            {
                resolved[name] = text;
            }
        }

        return resolved;
    }

    private static void AddServiceDiscovery(Dictionary<string, object> variables, ServiceReferenceAnnotation reference)
    {
        var endpoints = reference.Source.Annotations.OfType<EndpointAnnotation>()
            .Where(e => reference.EndpointName is null || string.Equals(e.Name, reference.EndpointName, StringComparison.OrdinalIgnoreCase));
        foreach (var endpoint in endpoints)
        {
            for (var i = 0; i < endpoint.Allocated.Count; i++)
            {
                variables[string.Create(CultureInfo.InvariantCulture, $"services__{reference.ServiceName}__{endpoint.Name}__{i}")] =
                    endpoint.Allocated[i].UriString;
            }
        }
    }
}
