using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MuLambda.Protocol.Grpc;
using MuLambda.Protocol.Serving;
using MuLambda.ServiceDefaults.Grpc;

namespace MuLambda.Protocol.Tests.Grpc;

/// <summary>A real Kestrel that speaks HTTP/2 without TLS on loopback, or on a Unix domain socket.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TestServer(WebApplication app, string address)
    {
        _app = app;
        Address = address;
    }

    public string Address { get; }

    public static Task<TestServer> PredictAsync(
        Func<PredictRequest, GrpcServerContext, Task<PredictResponse>> handler,
        GrpcServerOptions? options = null,
        string? socketPath = null) =>
        StartAsync(app => app.MapGrpcUnary(PredictionService.Predict, handler, options), socketPath);

    public static Task<TestServer> StreamingAsync(
        GrpcMethod<PredictRequest, PredictResponse> method,
        Func<PredictRequest, GrpcServerContext, IAsyncEnumerable<PredictResponse>> handler) =>
        StartAsync(app => app.MapGrpcServerStreaming(method, handler), null);

    /// <summary>A server that answers every request as the test says, gRPC or not.</summary>
    public static Task<TestServer> RawAsync(RequestDelegate answer) => StartAsync(app => app.Run(answer), null);

    /// <summary>Ends the request's whole connection without a goodbye, as a killed server does.</summary>
    public static void CutConnection(HttpContext context) =>
        ((ConnectionContext)context.Features.Get<IConnectionItemsFeature>()!.Items[nameof(CutConnection)]!).Abort();

    private static async Task<TestServer> StartAsync(Action<WebApplication> map, string? socketPath)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.ConfigureGrpc();
            void Http2(ListenOptions listen)
            {
                listen.Protocols = HttpProtocols.Http2;
                listen.Use(next => connection =>
                {
                    connection.Items[nameof(CutConnection)] = connection;
                    return next(connection);
                });
            }

            if (socketPath is null)
            {
                kestrel.Listen(System.Net.IPAddress.Loopback, 0, Http2);
            }
            else
            {
                kestrel.ListenUnixSocket(socketPath, Http2);
            }
        });
        var app = builder.Build();
        map(app);
        await app.StartAsync();
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return new TestServer(app, socketPath is null ? address : "unix:" + socketPath);
    }

    public GrpcChannel Connect(GrpcChannelOptions? options = null) => GrpcChannel.ForAddress(Address, options);

    public Task StopAsync(CancellationToken cancellationToken) => _app.StopAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.FromMilliseconds(1));
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }
}
