using System.Net.Sockets;
using MuLambda.Hosting.ApplicationModel;

namespace MuLambda.Hosting;

public static partial class ResourceBuilderExtensions
{
    /// <summary>A reference to an endpoint, resolved when the application runs.</summary>
    /// <param name="builder">The resource.</param>
    /// <param name="name">The endpoint's name.</param>
    public static EndpointReference GetEndpoint<T>(this IResourceBuilder<T> builder, string name)
        where T : IResourceWithEndpoints
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return new EndpointReference(builder.Resource, name);
    }

    /// <summary>The resource listens.</summary>
    /// <param name="builder">The resource.</param>
    /// <param name="port">The port others use; allocated when null.</param>
    /// <param name="targetPort">The port the resource itself listens on.</param>
    /// <param name="scheme">The scheme; <c>tcp</c> when null.</param>
    /// <param name="name">The endpoint's name; the scheme when null.</param>
    /// <param name="env">The variable that tells the resource its port.</param>
    /// <param name="isProxied">Kept for deployments.</param>
    /// <param name="isExternal">Whether it is reachable from outside once deployed.</param>
    /// <param name="protocol">TCP when null.</param>
    public static IResourceBuilder<T> WithEndpoint<T>(this IResourceBuilder<T> builder, int? port = null, int? targetPort = null, string? scheme = null, string? name = null, string? env = null, bool isProxied = true, bool? isExternal = null, ProtocolType? protocol = null)
        where T : IResourceWithEndpoints
    {
        ArgumentNullException.ThrowIfNull(builder);
        CheckPort(port, nameof(port));
        CheckPort(targetPort, nameof(targetPort));
        var endpoint = new EndpointAnnotation(protocol ?? ProtocolType.Tcp, scheme, null, name, port, targetPort, isExternal, isProxied);
        var annotations = builder.Resource.Annotations;
        var existing = annotations.OfType<EndpointAnnotation>().FirstOrDefault(e => string.Equals(e.Name, endpoint.Name, StringComparison.OrdinalIgnoreCase));
        switch (existing)
        {
            case null:
                annotations.Add(endpoint);
                break;
            case { IsImplicit: true }:
                annotations[annotations.IndexOf(existing)] = endpoint;
                break;
            default:
                throw new DistributedApplicationException($"Resource '{builder.Resource.Name}' already has an endpoint '{endpoint.Name}'.");
        }

        if (env is not null)
        {
            if (builder.Resource is not IResourceWithEnvironment)
            {
                throw new DistributedApplicationException($"Resource '{builder.Resource.Name}' cannot receive the variable '{env}'.");
            }

            var reference = new EndpointReference(builder.Resource, endpoint.Name);
            builder.WithAnnotation(new EnvironmentCallbackAnnotation(context =>
            {
                context.EnvironmentVariables[env] = reference.Property(EndpointProperty.TargetPort);
                return Task.CompletedTask;
            }));
        }

        return builder;
    }

    /// <summary>Changes an endpoint.</summary>
    /// <param name="builder">The resource.</param>
    /// <param name="endpointName">The endpoint's name.</param>
    /// <param name="callback">Changes it.</param>
    /// <param name="createIfNotExists">Whether to declare it when it is not declared.</param>
    public static IResourceBuilder<T> WithEndpoint<T>(this IResourceBuilder<T> builder, string endpointName, Action<EndpointAnnotation> callback, bool createIfNotExists = true)
        where T : IResourceWithEndpoints
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(callback);
        var endpoint = builder.Resource.Annotations.OfType<EndpointAnnotation>()
            .FirstOrDefault(e => string.Equals(e.Name, endpointName, StringComparison.OrdinalIgnoreCase));
        if (endpoint is null && createIfNotExists)
        {
            endpoint = new EndpointAnnotation(ProtocolType.Tcp, name: endpointName);
            builder.Resource.Annotations.Add(endpoint);
        }

        if (endpoint is not null)
        {
            callback(endpoint);
        }

        return builder;
    }

    /// <summary>The resource listens for HTTP.</summary>
    /// <param name="builder">The resource.</param>
    /// <param name="port">The port others use; allocated when null.</param>
    /// <param name="targetPort">The port the resource itself listens on.</param>
    /// <param name="name">The endpoint's name; <c>http</c> when null.</param>
    /// <param name="env">The variable that tells the resource its port.</param>
    /// <param name="isProxied">Kept for deployments.</param>
    public static IResourceBuilder<T> WithHttpEndpoint<T>(this IResourceBuilder<T> builder, int? port = null, int? targetPort = null, string? name = null, string? env = null, bool isProxied = true)
        where T : IResourceWithEndpoints => builder.WithEndpoint(port, targetPort, "http", name, env, isProxied);

    /// <summary>The HTTP endpoints are reachable from outside once deployed.</summary>
    /// <param name="builder">The resource.</param>
    public static IResourceBuilder<T> WithExternalHttpEndpoints<T>(this IResourceBuilder<T> builder)
        where T : IResourceWithEndpoints
    {
        ArgumentNullException.ThrowIfNull(builder);
        foreach (var endpoint in builder.Resource.Annotations.OfType<EndpointAnnotation>().Where(e => e.UriScheme is "http" or "https"))
        {
            endpoint.IsExternal = true;
        }

        return builder;
    }

    private static void CheckPort(int? port, string name)
    {
        if (port is < 1 or > 65535)
        {
            throw new ArgumentOutOfRangeException(name, port, "A port is 1 to 65535.");
        }
    }
}
