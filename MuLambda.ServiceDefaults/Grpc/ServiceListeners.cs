using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace MuLambda.ServiceDefaults.Grpc;

/// <summary>Where a service listens that speaks REST over HTTP/1.1 and, on a port of its own, gRPC over HTTP/2 without TLS.</summary>
public sealed class ServiceListeners
{
    private readonly List<ListenOptions> _rest = [];
    private readonly List<ListenOptions> _grpc = [];

    /// <summary>The addresses of REST; with their ports once the server has started.</summary>
    public IReadOnlyList<string> Rest => [.. _rest.Select(AddressOf)];

    /// <summary>The addresses of gRPC; with their ports once the server has started.</summary>
    public IReadOnlyList<string> Grpc => [.. _grpc.Select(AddressOf)];

    /// <summary>Listens.</summary>
    /// <param name="kestrel">The server.</param>
    /// <param name="rest">Where REST is.</param>
    /// <param name="grpcPort">The port of gRPC on the same addresses; 0 for any.</param>
    public void Listen(KestrelServerOptions kestrel, IReadOnlyList<IPEndPoint> rest, int grpcPort)
    {
        ArgumentNullException.ThrowIfNull(kestrel);
        ArgumentNullException.ThrowIfNull(rest);
        foreach (var endpoint in rest)
        {
            kestrel.Listen(endpoint, listen => Add(_rest, listen, HttpProtocols.Http1));
        }

        foreach (var address in Distinct(rest))
        {
            kestrel.Listen(address, grpcPort, listen => Add(_grpc, listen, HttpProtocols.Http2));
        }
    }

    /// <summary>The endpoints of a list of URLs as <c>ASPNETCORE_URLS</c> holds it.</summary>
    /// <param name="urls">URLs with semicolons between them.</param>
    /// <exception cref="InvalidOperationException">A URL is not http, or names a host that is no address.</exception>
    public static IReadOnlyList<IPEndPoint> EndPointsOf(string urls)
    {
        ArgumentNullException.ThrowIfNull(urls);
        return [.. urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(EndPointOf)];
    }

    /// <summary>The port a setting names.</summary>
    /// <param name="setting">The setting's name.</param>
    /// <param name="text">Its value.</param>
    /// <exception cref="InvalidOperationException">It is no port.</exception>
    public static int PortOf(string setting, string text) =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            ? port
            : throw new InvalidOperationException($"{setting} is '{text}'; expected a port from 0 to 65535.");

    private static void Add(List<ListenOptions> to, ListenOptions listen, HttpProtocols protocols)
    {
        listen.Protocols = protocols;
        to.Add(listen);
    }

    /// <summary>Every address once: gRPC has one port, and "any address" includes the others.</summary>
    private static IEnumerable<IPAddress> Distinct(IEnumerable<IPEndPoint> endpoints)
    {
        var addresses = endpoints.Select(endpoint => endpoint.Address).Distinct().ToList();
        if (addresses.Contains(IPAddress.IPv6Any))
        {
            return [IPAddress.IPv6Any];
        }

        return addresses.Contains(IPAddress.Any)
            ? addresses.Where(address => address.Equals(IPAddress.Any) || address.AddressFamily == AddressFamily.InterNetworkV6)
            : addresses;
    }

    private static IPEndPoint EndPointOf(string url)
    {
        var binding = BindingAddress.Parse(url);
        if (binding.Scheme != Uri.UriSchemeHttp || binding.IsUnixPipe)
        {
            throw new InvalidOperationException($"The URL '{url}' is not supported; expected http://host:port.");
        }

        var address = binding.Host switch
        {
            "localhost" => IPAddress.Loopback,
            "*" or "+" => IPAddress.Any,
            _ => IPAddress.TryParse(binding.Host.Trim('[', ']'), out var ip)
                ? ip
                : throw new InvalidOperationException($"The URL '{url}' names the host '{binding.Host}'; expected an IP address, localhost or *."),
        };
        return new IPEndPoint(address, binding.Port);
    }

    private static string AddressOf(ListenOptions listen)
    {
        var endpoint = listen.IPEndPoint!;
        var host = endpoint.Address.Equals(IPAddress.Any) ? IPAddress.Loopback
            : endpoint.Address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback
            : endpoint.Address;
        var text = host.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{host}]" : host.ToString();
        return string.Create(CultureInfo.InvariantCulture, $"http://{text}:{endpoint.Port}");
    }
}
