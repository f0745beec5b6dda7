using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using MuLambda.Scaling;

namespace MuLambda.Selector;

/// <summary>
/// Tells listeners of the demand: a line every so often, and one at once when a request begins to wait for a first replica. Nothing is kept for a listener that
/// does not read: its connection is cut, and with the next one it has lost nothing, as counts go on.
/// </summary>
internal sealed class DemandStream(
    DemandReporter reporter, DemandLedger ledger, IHostApplicationLifetime lifetime, IOptions<DemandOptions> options, TimeProvider time)
{
    public const string ContentType = "application/x-ndjson";

    // Requests that begin to wait together are told together.
    private static readonly TimeSpan Together = TimeSpan.FromMilliseconds(2);

    private readonly TimeSpan _interval = TimeSpan.FromMilliseconds(options.Value.IntervalMs);
    private readonly TimeSpan _slowAfter = TimeSpan.FromMilliseconds(options.Value.SlowAfterMs);
    private int _listeners;

    /// <summary>Listeners now.</summary>
    public int Listeners => Volatile.Read(ref _listeners);

    public async Task WriteAsync(HttpContext context)
    {
        try
        {
            if (Interlocked.Increment(ref _listeners) > options.Value.MaxListeners)
            {
                throw new RequestException(
                    StatusCodes.Status503ServiceUnavailable, "Too many listeners.", $"{options.Value.MaxListeners} listen to the demand already.")
                {
                    RetryAfter = TimeSpan.FromSeconds(1),
                };
            }

            using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
            context.Response.ContentType = ContentType;
            context.Response.Headers.CacheControl = "no-store";
            context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
            try
            {
                await TellAsync(context, stop.Token);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                // The listener left or the selector stops: the stream is over at once.
            }
        }
        finally
        {
            Interlocked.Decrement(ref _listeners);
        }
    }

    private async Task TellAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var body = context.Response.BodyWriter;
        while (true)
        {
            // Before the report: who begins to wait while it is written is told by the next one.
            var news = ledger.News;
            Write(body, reporter.Report());
            using (var slow = new CancellationTokenSource(_slowAfter, time))
            using (var either = CancellationTokenSource.CreateLinkedTokenSource(slow.Token, cancellationToken))
            {
                try
                {
                    await body.FlushAsync(either.Token);
                }
                catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
                {
                    context.Abort();
                    return;
                }
            }

            try
            {
                await news.WaitAsync(_interval, time, cancellationToken);
                await Task.Delay(Together, time, cancellationToken);
            }
            catch (TimeoutException)
            {
                // No news: the next one is due.
            }
        }
    }

    private static void Write(PipeWriter body, DemandReport report)
    {
        using (var json = new Utf8JsonWriter(body, new JsonWriterOptions { SkipValidation = true }))
        {
            JsonSerializer.Serialize(json, report, DemandJson.Default.DemandReport);
        }

        body.Write("\n"u8);
    }
}
