using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace MuLambda.Prober.Tests.Support;

/// <summary>A web server on a free port of loopback that can go away and come back at the same address.</summary>
internal sealed class LocalServer : IAsyncDisposable
{
    private readonly RequestDelegate _handle;
    private readonly List<string> _traceParents = [];
    private WebApplication? _app;
    private int _connections;

    private LocalServer(RequestDelegate handle) => _handle = handle;

    public int Port { get; private set; }

    public Uri Url => new($"http://127.0.0.1:{Port}");

    /// <summary>The connections made so far.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>The trace headers received.</summary>
    public IReadOnlyList<string> TraceParents
    {
        get
        {
            lock (_traceParents)
            {
                return [.. _traceParents];
            }
        }
    }

    public static async Task<LocalServer> StartAsync(RequestDelegate handle)
    {
        var server = new LocalServer(handle);
        await server.StartAsync();
        return server;
    }

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, Port, Count));
        _app = builder.Build();
        _app.Run(async context =>
        {
            if (context.Request.Headers.TraceParent.ToString() is { Length: > 0 } traceParent)
            {
                lock (_traceParents)
                {
                    _traceParents.Add(traceParent);
                }
            }

            await _handle(context);
        });
        await _app.StartAsync();
        Port = new Uri(_app.Urls.Single()).Port;
    }

    /// <summary>Goes away as a killed process does: no answer is finished.</summary>
    public async Task StopAsync()
    {
        if (_app is not null)
        {
            await _app.StopAsync(new CancellationToken(canceled: true));
            await _app.DisposeAsync();
            _app = null;
        }
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private void Count(ListenOptions listen) => listen.Use(next => connection =>
    {
        Interlocked.Increment(ref _connections);
        return next(connection);
    });
}
