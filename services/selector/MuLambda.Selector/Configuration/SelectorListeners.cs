using System.Globalization;
using System.Net;
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
