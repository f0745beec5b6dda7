using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using MuLambda.Executor.Options;
using MuLambda.ServiceDefaults.Grpc;

namespace MuLambda.Executor.Hosting;

/// <summary>Where the executor listens: REST over HTTP/1.1, gRPC over HTTP/2, on TCP and on a Unix domain socket.</summary>
internal sealed class ExecutorEndpoints
{
    private readonly List<ListenOptions> _rest = [];
    private readonly List<ListenOptions> _grpc = [];
    private string? _socket;

    /// <summary>The addresses of REST; with their ports once the server has started.</summary>
    public IReadOnlyList<string> Rest => [.. _rest.Select(AddressOf)];

    /// <summary>The addresses of gRPC; with their ports once the server has started.</summary>
    public IReadOnlyList<string> Grpc => [.. _grpc.Select(AddressOf), .. _socket is null ? Array.Empty<string>() : ["unix:" + _socket]];

    /// <summary>Host and port of REST, by which the executor is known where it has no other name.</summary>
    public string HostAndPort => new Uri(Rest[0]).Authority;

    public void Configure(KestrelServerOptions kestrel, ExecutorOptions options, IConfiguration configuration)
    {
        kestrel.AddServerHeader = false;
        kestrel.ConfigureGrpc();

        // Predict over REST and gRPC holds the limit itself: a refused body is still drained, so that the caller, who may
        // be sending yet, gets the answer instead of a reset connection.
        kestrel.Limits.MaxRequestBodySize = null;
        var rest = RestEndPoints(options, configuration);
        foreach (var endpoint in rest)
        {
            kestrel.Listen(endpoint, listen => Add(_rest, listen, HttpProtocols.Http1));
        }

        var grpcPort = GrpcPort(options, configuration);
        foreach (var address in Distinct(rest))
        {
            kestrel.Listen(address, grpcPort, listen => Add(_grpc, listen, HttpProtocols.Http2));
        }

        if (options.GrpcSocket is { } socket)
        {
            _socket = socket;
            UnixSocketFile.Prepare(socket);
            kestrel.ListenUnixSocket(socket, listen => listen.Protocols = HttpProtocols.Http2);
        }
    }

    private static void Add(List<ListenOptions> to, ListenOptions listen, HttpProtocols protocols)
    {
        listen.Protocols = protocols;
        to.Add(listen);
    }

    private static List<IPEndPoint> RestEndPoints(ExecutorOptions options, IConfiguration configuration)
    {
        if (options.HttpPort is null && configuration[WebHostDefaults.ServerUrlsKey] is { Length: > 0 } urls)
        {
            return [.. urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(EndPointOf)];
        }

        return [new IPEndPoint(IPAddress.Loopback, options.HttpPort ?? ExecutorOptions.DefaultHttpPort)];
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

    private static int GrpcPort(ExecutorOptions options, IConfiguration configuration)
    {
        if (options.GrpcPort is { } port)
        {
            return port;
        }

        if (configuration["GRPC_PORT"] is not { Length: > 0 } text)
        {
            return ExecutorOptions.DefaultGrpcPort;
        }

        return ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var configured)
            ? configured
            : throw new InvalidOperationException($"GRPC_PORT is '{text}'; expected a port from 0 to 65535.");
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
