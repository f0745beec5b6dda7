using System.Globalization;

namespace MuLambda.Hosting.ApplicationModel;

/// <summary>Where one replica of an endpoint listens.</summary>
/// <param name="endpoint">The endpoint.</param>
/// <param name="address">Its host.</param>
/// <param name="port">Its port.</param>
public class AllocatedEndpoint(EndpointAnnotation endpoint, string address, int port)
{
    /// <summary>The endpoint.</summary>
    public EndpointAnnotation Endpoint { get; } = endpoint;

    /// <summary>Its host.</summary>
    public string Address { get; } = address;

    /// <summary>Its port.</summary>
    public int Port { get; } = port;

    /// <summary>Its scheme.</summary>
    public string UriScheme => Endpoint.UriScheme;

    /// <summary><c>host:port</c>.</summary>
    public string EndPointString => string.Create(CultureInfo.InvariantCulture, $"{Address}:{Port}");

    /// <summary><c>scheme://host:port</c>.</summary>
    public string UriString => $"{UriScheme}://{EndPointString}";

    /// <inheritdoc />
    public override string ToString() => UriString;
}
