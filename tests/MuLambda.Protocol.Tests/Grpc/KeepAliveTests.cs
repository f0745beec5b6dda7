using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using MuLambda.Protocol.Grpc;
using MuLambda.Protocol.Serving;
using MuLambda.ServiceDefaults.Grpc;

namespace MuLambda.Protocol.Tests.Grpc;

public sealed class KeepAliveTests
{
    [Fact]
    public async Task A_server_that_stays_silent_to_pings_is_unavailable_long_before_the_deadline()
    {
        using var deaf = new TcpListener(IPAddress.Loopback, 0);
        deaf.Start();
        var accepting = deaf.AcceptTcpClientAsync();
        using var channel = GrpcChannel.ForAddress($"http://{deaf.LocalEndpoint}", new GrpcChannelOptions
        {
            KeepAlivePingDelay = TimeSpan.FromSeconds(1),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(1),
        });

        await channel.UnaryAsync(
            PredictionService.Predict, Requests.Named("x"), new GrpcCallOptions { Timeout = TimeSpan.FromMinutes(10) })
            .WaitAsync(TimeSpan.FromMinutes(1)).ShouldFailAsync(StatusCode.Unavailable);

        (await accepting).Dispose();
    }

    [Fact]
    public void A_server_pings_connections_that_stay_silent()
    {
        var kestrel = new KestrelServerOptions();

        kestrel.ConfigureGrpc();

        kestrel.Limits.Http2.KeepAlivePingDelay.ShouldBe(GrpcKestrelExtensions.KeepAlivePingDelay);
        kestrel.Limits.Http2.KeepAlivePingTimeout.ShouldBe(GrpcKestrelExtensions.KeepAlivePingTimeout);
    }
}
