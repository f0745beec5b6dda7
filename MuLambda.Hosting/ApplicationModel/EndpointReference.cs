namespace MuLambda.Hosting.ApplicationModel;

/// <summary>A reference to an endpoint that is resolved when the application runs.</summary>
/// <param name="owner">The resource that listens.</param>
/// <param name="endpointName">The endpoint's name.</param>
public sealed class EndpointReference(IResourceWithEndpoints owner, string endpointName) : IManifestExpressionProvider, IValueProvider, IValueWithReferences
{
    /// <summary>The resource that listens.</summary>
    public IResourceWithEndpoints Resource { get; } = owner;

    /// <summary>The endpoint's name.</summary>
    public string EndpointName { get; } = endpointName;

    /// <summary>The endpoint.</summary>
    /// <exception cref="DistributedApplicationException">The resource declares none of that name.</exception>
    public EndpointAnnotation EndpointAnnotation => Find()
        ?? throw new DistributedApplicationException($"Resource '{Resource.Name}' has no endpoint '{EndpointName}'.");

    /// <summary>Whether the resource declares it.</summary>
    public bool Exists => Find() is not null;

    /// <summary>Whether its address is known.</summary>
    public bool IsAllocated => Find()?.AllocatedEndpoint is not null;

    /// <summary>Whether its scheme is <c>http</c>.</summary>
    public bool IsHttp => Scheme == "http";

    /// <summary>Whether its scheme is <c>https</c>.</summary>
    public bool IsHttps => Scheme == "https";

    /// <summary>The host.</summary>
    public string Host => At(0).Address;

    /// <summary>The port others use.</summary>
    public int Port => At(0).Port;

    /// <summary>The port the resource itself listens on, when it was declared.</summary>
    public int? TargetPort => EndpointAnnotation.TargetPort;

    /// <summary>The scheme.</summary>
    public string Scheme => EndpointAnnotation.UriScheme;

    /// <summary><c>scheme://host:port</c> of the first replica.</summary>
    public string Url => At(0).UriString;

    string IManifestExpressionProvider.ValueExpression => Property(EndpointProperty.Url).ValueExpression;

    IEnumerable<object> IValueWithReferences.References => [Resource];

    /// <summary>A part of its address.</summary>
    /// <param name="property">Which.</param>
    public EndpointReferenceExpression Property(EndpointProperty property) => new(this, property);

    /// <inheritdoc />
    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) => new(Url);

    /// <inheritdoc />
    public ValueTask<string?> GetValueAsync(ValueProviderContext context, CancellationToken cancellationToken = default) =>
        Property(EndpointProperty.Url).GetValueAsync(context, cancellationToken);

    /// <summary>The address of one replica.</summary>
    internal AllocatedEndpoint At(int replica)
    {
        var allocated = EndpointAnnotation.Allocated;
        return allocated.Count == 0
            ? throw new DistributedApplicationException($"Endpoint '{EndpointName}' of resource '{Resource.Name}' has no address before the application starts.")
            : allocated[Math.Min(replica, allocated.Count - 1)];
    }

    private EndpointAnnotation? Find() => Resource.Annotations.OfType<EndpointAnnotation>()
        .FirstOrDefault(e => string.Equals(e.Name, EndpointName, StringComparison.OrdinalIgnoreCase));
}
