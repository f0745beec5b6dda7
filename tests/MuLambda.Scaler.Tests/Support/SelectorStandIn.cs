using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using MuLambda.Scaling;

namespace MuLambda.Scaler.Tests.Support;

/// <summary>Speaks the part of a selector that the scaler listens to: the stream of its demand.</summary>
internal sealed class SelectorStandIn : IAsyncDisposable
{
    private const int PaceMs = 100;

    private readonly WebApplication _app;
    private readonly Channel<bool> _changed = Channel.CreateUnbounded<bool>();
    private readonly long _started = TimeProvider.System.GetTimestamp();
    private volatile IReadOnlyList<ModelDemand> _models = [];

    private SelectorStandIn(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single());

    /// <summary>While true nothing is reported, as by a selector that hangs.</summary>
    public bool IsSilent { get; set; }

    public static async Task<SelectorStandIn> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var selector = new SelectorStandIn(app);
        app.MapGet("/v1/demand", selector.StreamAsync);
        await app.StartAsync();
        return selector;
    }

    /// <summary>What it tells from now on.</summary>
    public void Report(params ModelDemand[] models)
    {
        _models = models;
        _changed.Writer.TryWrite(true);
    }

    /// <summary>So many requests wait for the first replica of a model.</summary>
    public static ModelDemand WaitingCold(string model, int requests) => new(model, requests, requests, 0, 0, 0, requests, 0, requests);

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
    }

    private async Task StreamAsync(HttpContext context)
    {
        context.Response.ContentType = "application/x-ndjson";
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(PaceMs));
        Task? changed = null, tick = null;
        while (!context.RequestAborted.IsCancellationRequested)
        {
            if (!IsSilent)
            {
                var report = new DemandReport(
                    "stand-in", "one", TimeProvider.System.GetElapsedTime(_started).TotalMilliseconds, _models);
                await context.Response.WriteAsync(JsonSerializer.Serialize(report, JsonSerializerOptions.Web) + "\n", context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
            }

            changed ??= _changed.Reader.ReadAsync(context.RequestAborted).AsTask();
            tick ??= pace.WaitForNextTickAsync(context.RequestAborted).AsTask();
            await Task.WhenAny(changed, tick);
            changed = changed.IsCompleted ? null : changed;
            tick = tick.IsCompleted ? null : tick;
        }
    }
}
