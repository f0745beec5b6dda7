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

/// <summary>A real Kestrel that speaks HTTP/2 without TLS, or for gRPC-Web HTTP/1.1, on loopback or on a Unix domain socket.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private readonly bool _web;

    private TestServer(WebApplication app, string address, bool web)
    {
        (_app, _web) = (app, web);
        Address = address;
    }

    public string Address { get; }

    public static Task<TestServer> PredictAsync(
        Func<PredictRequest, GrpcServerContext, Task<PredictResponse>> handler,
        GrpcServerOptions? options = null,
        string? socketPath = null,
        bool web = false) =>
        StartAsync(app => app.MapGrpcUnary(PredictionService.Predict, handler, options), web, socketPath);

    public static Task<TestServer> StreamingAsync(
        GrpcMethod<PredictRequest, PredictResponse> method,
        Func<PredictRequest, GrpcServerContext, IAsyncEnumerable<PredictResponse>> handler,
        bool web = false) =>
        StartAsync(app => app.MapGrpcServerStreaming(method, handler), web);

    /// <summary>A server that answers every request as the test says, gRPC or not.</summary>
    public static Task<TestServer> RawAsync(RequestDelegate answer, bool web = false) => StartAsync(app => app.Run(answer), web);

    /// <summary>Ends the request's whole connection without a goodbye, as a killed server does.</summary>
    public static void CutConnection(HttpContext context) =>
        ((ConnectionContext)context.Features.Get<IConnectionItemsFeature>()!.Items[nameof(CutConnection)]!).Abort();

    private static async Task<TestServer> StartAsync(Action<WebApplication> map, bool web, string? socketPath = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.ConfigureGrpc();
            void Configure(ListenOptions listen)
            {
                listen.Protocols = web ? HttpProtocols.Http1 : HttpProtocols.Http2;
                listen.Use(next => connection =>
                {
                    connection.Items[nameof(CutConnection)] = connection;
                    return next(connection);
                });
            }

            if (socketPath is null)
            {
                kestrel.Listen(System.Net.IPAddress.Loopback, 0, Configure);
            }
            else
            {
                kestrel.ListenUnixSocket(socketPath, Configure);
            }
        });
        var app = builder.Build();
        map(app);
        await app.StartAsync();
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return new TestServer(app, socketPath is null ? address : "unix:" + socketPath, web);
    }

    public GrpcChannel Connect(GrpcChannelOptions? options = null) => GrpcChannel.ForAddress(Address, (options ?? new GrpcChannelOptions()) with { Web = _web });

    public Task StopAsync(CancellationToken cancellationToken) => _app.StopAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.FromMilliseconds(1));
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }
}
