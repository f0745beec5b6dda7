using System.Globalization;

namespace MuLambda.Hosting.ApplicationModel;

/// <summary>A part of an endpoint's address, resolved when the application runs.</summary>
/// <param name="endpointReference">The endpoint.</param>
/// <param name="property">Which part.</param>
public class EndpointReferenceExpression(EndpointReference endpointReference, EndpointProperty property) : IManifestExpressionProvider, IValueProvider, IValueWithReferences
{
    /// <summary>The endpoint.</summary>
    public EndpointReference Endpoint { get; } = endpointReference;

    /// <summary>Which part.</summary>
    public EndpointProperty Property { get; } = property;

    /// <inheritdoc />
    public string ValueExpression
    {
        get
        {
            var part = Property switch
            {
                EndpointProperty.HostAndPort => "hostAndPort",
                EndpointProperty.TargetPort => "targetPort",
                EndpointProperty.Host or EndpointProperty.IPV4Host => "host",
                EndpointProperty.Port => "port",
                EndpointProperty.Scheme => "scheme",
                _ => "url",
            };
            return $"{{{Endpoint.Resource.Name}.bindings.{Endpoint.EndpointName}.{part}}}";
        }
    }

    IEnumerable<object> IValueWithReferences.References => [Endpoint];

    /// <inheritdoc />
    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) => new(Of(0));

    /// <inheritdoc />
    public ValueTask<string?> GetValueAsync(ValueProviderContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        // A replica that refers to its own resource means itself.
        return new(Of(ReferenceEquals(context.Caller, Endpoint.Resource) ? context.ReplicaIndex : 0));
    }

    private string Of(int replica)
    {
        var at = Endpoint.At(replica);
        return Property switch
        {
            EndpointProperty.Host => at.Address,
            EndpointProperty.IPV4Host => "127.0.0.1",
            EndpointProperty.Port => at.Port.ToString(CultureInfo.InvariantCulture),
            EndpointProperty.TargetPort => (Endpoint.TargetPort ?? at.Port).ToString(CultureInfo.InvariantCulture),
            EndpointProperty.Scheme => at.UriScheme,
            EndpointProperty.HostAndPort => at.EndPointString,
            _ => at.UriString,
        };
    }
}
