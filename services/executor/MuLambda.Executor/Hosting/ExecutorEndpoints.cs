using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using MuLambda.Executor.Options;
using MuLambda.ServiceDefaults.Grpc;

namespace MuLambda.Executor.Hosting;

/// <summary>Where the executor listens: REST over HTTP/1.1, gRPC over HTTP/2, on TCP and on a Unix domain socket.</summary>
internal sealed class ExecutorEndpoints
{
    private readonly ServiceListeners _listeners = new();
    private string? _socket;

    /// <summary>The addresses of REST; with their ports once the server has started.</summary>
    public IReadOnlyList<string> Rest => _listeners.Rest;

    /// <summary>The addresses of gRPC; with their ports once the server has started.</summary>
    public IReadOnlyList<string> Grpc => _socket is null ? _listeners.Grpc : [.. _listeners.Grpc, "unix:" + _socket];

    /// <summary>Host and port of REST, by which the executor is known where it has no other name.</summary>
    public string HostAndPort => new Uri(Rest[0]).Authority;

    public void Configure(KestrelServerOptions kestrel, ExecutorOptions options, IConfiguration configuration)
    {
        kestrel.AddServerHeader = false;
        kestrel.ConfigureGrpc();

        // Predict over REST and gRPC holds the limit itself: a refused body is still drained, so that the caller, who may
        // be sending yet, gets the answer instead of a reset connection.
        kestrel.Limits.MaxRequestBodySize = null;
        _listeners.Listen(kestrel, RestEndPoints(options, configuration), GrpcPort(options, configuration));
        if (options.GrpcSocket is { } socket)
        {
            _socket = socket;
            UnixSocketFile.Prepare(socket);
            kestrel.ListenUnixSocket(socket, listen => listen.Protocols = HttpProtocols.Http2);
        }
    }

    private static IReadOnlyList<IPEndPoint> RestEndPoints(ExecutorOptions options, IConfiguration configuration)
    {
        if (options.HttpPort is null && configuration[WebHostDefaults.ServerUrlsKey] is { Length: > 0 } urls)
        {
            return ServiceListeners.EndPointsOf(urls);
        }

        return [new IPEndPoint(IPAddress.Loopback, options.HttpPort ?? ExecutorOptions.DefaultHttpPort)];
    }

    private static int GrpcPort(ExecutorOptions options, IConfiguration configuration) =>
        options.GrpcPort
        ?? (configuration["GRPC_PORT"] is { Length: > 0 } text ? ServiceListeners.PortOf("GRPC_PORT", text) : ExecutorOptions.DefaultGrpcPort);
}
