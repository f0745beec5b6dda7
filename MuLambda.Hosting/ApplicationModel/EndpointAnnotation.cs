using System.Net.Sockets;

namespace MuLambda.Hosting.ApplicationModel;

/// <summary>An endpoint of a resource.</summary>
public sealed class EndpointAnnotation : IResourceAnnotation
{
    /// <summary>Declares an endpoint.</summary>
    /// <param name="protocol">TCP or UDP.</param>
    /// <param name="uriScheme">Its scheme; the protocol's name when null.</param>
    /// <param name="transport"><c>http</c>, <c>http2</c> or <c>tcp</c>; follows the scheme when null.</param>
    /// <param name="name">Its name; the scheme when null.</param>
    /// <param name="port">The port others use; allocated when null.</param>
    /// <param name="targetPort">The port the resource itself listens on.</param>
    /// <param name="isExternal">Whether it is reachable from outside once deployed.</param>
    /// <param name="isProxied">Kept for deployments; the local host puts no proxy in between.</param>
    public EndpointAnnotation(ProtocolType protocol, string? uriScheme = null, string? transport = null, string? name = null, int? port = null, int? targetPort = null, bool? isExternal = null, bool isProxied = true)
    {
        Protocol = protocol;
        UriScheme = uriScheme ?? (protocol == ProtocolType.Udp ? "udp" : "tcp");
        Transport = transport ?? (UriScheme is "http" or "https" ? "http" : "tcp");
        Name = name ?? UriScheme;
        Port = port;
        TargetPort = targetPort;
        IsExternal = isExternal ?? false;
        IsProxied = isProxied;
    }

    /// <summary>TCP or UDP.</summary>
    public ProtocolType Protocol { get; set; }

    /// <summary>Its scheme.</summary>
    public string UriScheme { get; set; }

    /// <summary><c>http</c>, <c>http2</c> or <c>tcp</c>.</summary>
    public string Transport { get; set; }

    /// <summary>Its name, unique in the resource.</summary>
    public string Name { get; set; }

    /// <summary>The port others use; allocated when null.</summary>
    public int? Port { get; set; }

    /// <summary>The port the resource itself listens on; the port others use when null.</summary>
    public int? TargetPort { get; set; }

    /// <summary>Whether it is reachable from outside once deployed.</summary>
    public bool IsExternal { get; set; }

    /// <summary>Kept for deployments; the local host puts no proxy in between.</summary>
    public bool IsProxied { get; set; }

    /// <summary>Where the first replica listens; null until the application starts.</summary>
    public AllocatedEndpoint? AllocatedEndpoint => Allocated.Count > 0 ? Allocated[0] : null;

    /// <summary>Where the replicas listen, one each.</summary>
    internal IReadOnlyList<AllocatedEndpoint> Allocated { get; set; } = [];

    /// <summary>Whether a project has it without having declared it; a declaration of the same name replaces it.</summary>
    internal bool IsImplicit { get; init; }
}
