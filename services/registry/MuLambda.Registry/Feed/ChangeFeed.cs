using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using MuLambda.Catalog;
using MuLambda.Catalog.Metadata;
using MuLambda.Registry.Configuration;
using MuLambda.Registry.Problems;

namespace MuLambda.Registry.Feed;

/// <summary>
/// Writes the store's changes to a watcher. Nothing is buffered for it beyond the connection's own buffer: a slow one reads
/// later from the store's history, and a snapshot when it falls behind that.
/// </summary>
internal sealed class ChangeFeed(
    IMetadataStore store, RegistryOptions options, IHostApplicationLifetime lifetime, TimeProvider time)
{
    public const string ContentType = "application/x-ndjson";

    /// <summary>The longest silence of the feed is 5 s; this leaves a busy machine some time.</summary>
    public static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(4);

    private const int FlushBytes = 32 * 1024;

    private int _watchers;

    public async Task WriteAsync(HttpContext context, long revision, string? epoch)
    {
        try
        {
            if (Interlocked.Increment(ref _watchers) > options.MaxWatchers)
            {
                throw new ProblemException(
                    HttpStatusCode.ServiceUnavailable, $"{options.MaxWatchers} connections watch already.");
            }

            using var stop = CancellationTokenSource.CreateLinkedTokenSource(
                context.RequestAborted, lifetime.ApplicationStopping);
            context.Response.ContentType = ContentType;
            context.Response.Headers.CacheControl = "no-store";
            context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
            try
            {
                await FollowAsync(context.Response.BodyWriter, revision, epoch, stop.Token);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                // The watcher left or the registry stops: the feed is over at once.
            }
        }
        finally
        {
            Interlocked.Decrement(ref _watchers);
        }
    }

    private async Task FollowAsync(PipeWriter body, long revision, string? epoch, CancellationToken cancellationToken)
    {
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var json = new Utf8JsonWriter(body, new JsonWriterOptions { SkipValidation = true });
        await using var changes = store.WatchAsync(revision, epoch, leave.Token).GetAsyncEnumerator(leave.Token);
        var next = Task.FromResult(true);
        try
        {
            for (var begun = false; ; begun = true)
            {
                next = changes.MoveNextAsync().AsTask();
                if (!next.IsCompleted)
                {
                    // The first line comes at once, so that a watcher knows that it is connected.
                    if (!begun)
                    {
                        WriteHeartbeat(body, json);
                    }

                    await body.FlushAsync(leave.Token);
                    while (!await ComesAsync(next))
                    {
                        WriteHeartbeat(body, json);
                        await body.FlushAsync(leave.Token);
                    }
                }

                if (!await next)
                {
                    return;
                }

                Write(body, json, changes.Current);
                if (body.UnflushedBytes > FlushBytes)
                {
                    await body.FlushAsync(leave.Token);
                }
            }
        }
        finally
        {
            // The enumerator must not be disposed while it is still looking for the next change.
            await leave.CancelAsync();
            await next.ContinueWith(
                static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    /// <summary>Waits for the next change no longer than the feed may be silent.</summary>
    private async Task<bool> ComesAsync(Task<bool> next)
    {
        try
        {
            await next.WaitAsync(HeartbeatInterval, time);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private void Write(PipeWriter body, Utf8JsonWriter json, StoreChange change)
    {
        json.Reset(body);
        json.WriteStartObject();
        json.WriteString("type", NameOf(change.Type));
        json.WriteNumber("revision", change.Revision);
        if (change.Key is { } key)
        {
            var kind = NameOf(key.Kind);
            json.WriteString("kind", kind);
            json.WriteString("id", key.Id);
            if (change.Type == CatalogChangeType.Put)
            {
                // The store holds the noun as it goes over the wire.
                json.WritePropertyName(kind);
                json.WriteRawValue(change.Value.Span, skipInputValidation: true);
            }
        }

        if (change.Type == CatalogChangeType.SnapshotEnd)
        {
            json.WriteString("epoch", store.Epoch);
        }

        End(body, json);
    }

    private void WriteHeartbeat(PipeWriter body, Utf8JsonWriter json)
    {
        json.Reset(body);
        json.WriteStartObject();
        json.WriteString("type", NameOf(CatalogChangeType.Heartbeat));
        json.WriteNumber("revision", store.Revision);
        json.WriteString("epoch", store.Epoch);
        End(body, json);
    }

    private static void End(PipeWriter body, Utf8JsonWriter json)
    {
        json.WriteEndObject();
        json.Flush();
        body.Write("\n"u8);
    }

    private static string NameOf(CatalogChangeType type) => type switch
    {
        CatalogChangeType.Put => "put",
        CatalogChangeType.Delete => "delete",
        CatalogChangeType.SnapshotBegin => "snapshot-begin",
        CatalogChangeType.SnapshotEnd => "snapshot-end",
        _ => "heartbeat",
    };

    private static string NameOf(CatalogKind kind) => kind switch
    {
        CatalogKind.Model => "model",
        CatalogKind.Executor => "executor",
        CatalogKind.Client => "client",
        CatalogKind.Node => "node",
        CatalogKind.Selector => "selector",
        CatalogKind.Slo => "slo",
        CatalogKind.Deployment => "deployment",
        CatalogKind.Decision => "decision",
        CatalogKind.Leadership => "leadership",
        _ => "latency",
    };
}
