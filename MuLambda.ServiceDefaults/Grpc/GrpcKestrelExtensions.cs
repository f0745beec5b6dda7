using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace MuLambda.ServiceDefaults.Grpc;

/// <summary>What Kestrel's HTTP/2 needs to serve gRPC well.</summary>
public static class GrpcKestrelExtensions
{
    /// <summary>Silence on a connection after which the server pings it.</summary>
    public static readonly TimeSpan KeepAlivePingDelay = TimeSpan.FromSeconds(30);

    /// <summary>How long a ping may stay unanswered before the connection counts as lost.</summary>
    public static readonly TimeSpan KeepAlivePingTimeout = TimeSpan.FromSeconds(10);

    private const int Window = 4 * 1024 * 1024;

    /// <summary>
    /// Sets keep-alive and flow control: a connection that stays silent is pinged after <see cref="KeepAlivePingDelay"/> and closed
    /// when the answer does not come; tensors of some MiB arrive without waiting for window updates.
    /// </summary>
    /// <param name="kestrel">The server.</param>
    public static void ConfigureGrpc(this KestrelServerOptions kestrel)
    {
        ArgumentNullException.ThrowIfNull(kestrel);
        var http2 = kestrel.Limits.Http2;
        http2.KeepAlivePingDelay = KeepAlivePingDelay;
        http2.KeepAlivePingTimeout = KeepAlivePingTimeout;
        http2.MaxStreamsPerConnection = 1024;
        http2.InitialStreamWindowSize = Window;
        http2.InitialConnectionWindowSize = 2 * Window;
    }
}
