using System.Collections.Concurrent;
using System.Globalization;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http;
using MuLambda.Prober.Executors;

namespace MuLambda.Prober.Tests.Support;

/// <summary>Answers as TensorFlow Serving does when it is asked for the status of its models.</summary>
internal sealed class ExecutorStandIn : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, (long Version, string State)[]> _models = new();
    private readonly Channel<string> _asked = Channel.CreateUnbounded<string>();
    private volatile bool _hangs;

    public LocalServer Server { get; private set; } = null!;

    /// <summary>Prometheus text; null for an executor that has none.</summary>
    public string? Metrics { get; set; }

    /// <summary>What it answers instead of the status of a model; null for the status.</summary>
    public string? StatusBody { get; set; }

    public static async Task<ExecutorStandIn> StartAsync(string model, params (long Version, string State)[] versions)
    {
        var executor = new ExecutorStandIn();
        executor.Serve(model, versions);
        executor.Server = await LocalServer.StartAsync(executor.HandleAsync);
        return executor;
    }

    public void Serve(string model, params (long Version, string State)[] versions) => _models[model] = versions;

    /// <summary>Takes requests and answers none, like a process that is stopped.</summary>
    public void Hang() => _hangs = true;

    /// <summary>The next status request; those before are forgotten.</summary>
    public async Task NextQuestionAsync() => await _asked.Reader.ReadAsync().AsTask().WaitAsync(Deadlines.Generous);

    public void ForgetQuestions()
    {
        while (_asked.Reader.TryRead(out _))
        {
        }
    }

    public ExecutorTarget Target(string id, params string[] models) => new(id, new OfferedModels(models), Server.Url, null, null);

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    private async Task HandleAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        if (path.StartsWith("/v1/models/", StringComparison.Ordinal))
        {
            _asked.Writer.TryWrite(path);
        }

        if (_hangs)
        {
            await context.HangAsync();
        }
        else if (path == "/monitoring/prometheus/metrics" && Metrics is { } metrics)
        {
            await context.Response.WriteAsync(metrics);
        }
        else if (path.StartsWith("/v1/models/", StringComparison.Ordinal) && StatusBody is { } body)
        {
            await context.Response.WriteAsync(body);
        }
        else if (path.StartsWith("/v1/models/", StringComparison.Ordinal)
            && _models.TryGetValue(path["/v1/models/".Length..], out var versions))
        {
            // The number is a string there.
            var statuses = versions.Select(version => new
            {
                version = version.Version.ToString(CultureInfo.InvariantCulture),
                state = version.State,
                status = new { error_code = "OK", error_message = "" },
            });
            await context.Response.WriteAsJsonAsync(new { model_version_status = statuses });
        }
        else
        {
            context.Response.StatusCode = 404;
        }
    }
}
