using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using MuLambda.ServiceDefaults.Grpc;

namespace MuLambda.Selector;

/// <summary>Where the selector listens: REST where the URLs say, and gRPC, where a port is given for it, on the same addresses.</summary>
internal sealed class SelectorListeners(IConfiguration configuration)
{
    private const int DefaultRestPort = 5000;

    private readonly ServiceListeners _listeners = new();

    /// <summary>The addresses of gRPC; with their ports once the server has started. Empty where there is none.</summary>
    public IReadOnlyList<string> Grpc => _listeners.Grpc;

    /// <summary>The address of REST by which this machine reaches it, once the server has started; null where it listens on none.</summary>
    /// <param name="server">The server.</param>
    public string? RestOf(IServer server)
    {
        if (_listeners.Rest is [var rest, ..])
        {
            return rest;
        }

        var addresses = server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        foreach (var text in addresses)
        {
            var address = BindingAddress.Parse(text);
            if (!address.IsUnixPipe && !address.IsNamedPipe)
            {
                var host = address.Host is "*" or "+" or "0.0.0.0" or "[::]" ? "127.0.0.1" : address.Host;
                return string.Create(CultureInfo.InvariantCulture, $"{address.Scheme}://{host}:{address.Port}");
            }
        }

        return null;
    }

    public void Configure(KestrelServerOptions kestrel)
    {
        if (GrpcPort() is not { } port)
        {
            return;
        }

        if (configuration.GetSection("Kestrel:Endpoints").Exists())
        {
            throw new InvalidOperationException(
                "Both Kestrel:Endpoints and a gRPC port are given; name an endpoint with Protocols=Http2 there instead.");
        }

        kestrel.ConfigureGrpc();
        _listeners.Listen(kestrel, Rest(), port);
    }

    // The server is configured before the options are validated; a port that is none they refuse at the start.
    private int? GrpcPort()
    {
        if (configuration[$"{SelectorOptions.Section}:{nameof(SelectorOptions.GrpcPort)}"] is { Length: > 0 } option)
        {
            return ushort.TryParse(option, NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : null;
        }

        return configuration["GRPC_PORT"] is { Length: > 0 } text ? ServiceListeners.PortOf("GRPC_PORT", text) : null;
    }

    private IReadOnlyList<IPEndPoint> Rest()
    {
        if (configuration[WebHostDefaults.ServerUrlsKey] is { Length: > 0 } urls)
        {
            return ServiceListeners.EndPointsOf(urls);
        }

        return configuration[WebHostDefaults.HttpPortsKey] is { Length: > 0 } ports
            ? [.. ports.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(port => new IPEndPoint(IPAddress.Any, ServiceListeners.PortOf("http_ports", port)))]
            : [new IPEndPoint(IPAddress.Loopback, DefaultRestPort)];
    }
}
