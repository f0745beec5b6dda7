using System.Text.Json;
using System.Text.Json.Serialization;
using MuLambda.Catalog;
using MuLambda.Catalog.Http;
using MuLambda.Scaler.Following;
using MuLambda.Scaling;

namespace MuLambda.Scaler.Demand;

/// <summary>Reads each registered selector's demand stream, and comes back to it with back-off and jitter when it breaks.</summary>
internal sealed partial class DemandStreams(
    CatalogFeed feed, DemandAggregator aggregator, TimeProvider time, ILogger<DemandStreams> logger) : BackgroundService
{
    private const int MaxLineChars = 16 * 1024 * 1024;
    private static readonly TimeSpan MinBackoff = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan MaxBackoff = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(5);

    private readonly HttpClient _http = Untraced.CreateClient(null);

    /// <summary>Raised when a request begins to wait for a cold start.</summary>
    public event Action? ColdDemand;

    public override void Dispose()
    {
        _http.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var streams = new Dictionary<string, (string Address, CancellationTokenSource Stop)>(StringComparer.Ordinal);
        try
        {
            await foreach (var catalog in feed.SnapshotsAsync(stoppingToken))
            {
                foreach (var (id, stream) in streams.Where(stream => catalog.Selectors.GetValueOrDefault(stream.Key)?.Rest != stream.Value.Address).ToList())
                {
                    await stream.Stop.CancelAsync();
                    stream.Stop.Dispose();
                    streams.Remove(id);
                }

                aggregator.Keep(catalog.Selectors.Keys);
                foreach (var selector in catalog.Selectors.Values)
                {
                    if (selector.Rest is { } rest && !streams.ContainsKey(selector.Id))
                    {
                        var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
                        streams.Add(selector.Id, (rest, stop));
                        _ = FollowAsync(selector, rest, stop.Token);
                    }
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private async Task FollowAsync(SelectorReplica selector, string rest, CancellationToken cancellationToken)
    {
        var backoff = MinBackoff;
        string? error = null;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await ReadAsync(selector.Id, new Uri(Untraced.AsBase(new Uri(rest)), "v1/demand"), () => (backoff, error) = (MinBackoff, null), cancellationToken);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                if (error != e.Message)
                {
                    LogBroken(selector.Id, e.Message);
                    error = e.Message;
                }
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await Task.Delay(backoff * Random.Shared.NextDouble(), time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            backoff = backoff * 2 < MaxBackoff ? backoff * 2 : MaxBackoff;
        }
    }

    private async Task ReadAsync(string selector, Uri uri, Action works, CancellationToken cancellationToken)
    {
        // A selector reports twice a second; one that is silent for so long is gone, whatever its connection says.
        using var silence = new CancellationTokenSource(Silence, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
        using var response = await _http.GetAsync(uri, HttpCompletionOption.ResponseHeadersRead, either.Token);
        response.EnsureSuccessStatusCode();
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(either.Token));
        while (await reader.ReadLineAsync(either.Token) is { Length: <= MaxLineChars } line)
        {
            silence.CancelAfter(Silence);
            if (line.Length == 0)
            {
                continue;
            }

            // A report under another id than the registered one would be counted twice, or never be fresh.
            var report = JsonSerializer.Deserialize(line, DemandJson.Default.DemandReport)! with { Selector = selector };
            works();
            if (aggregator.Add(report, time.GetElapsedTime(0).TotalMilliseconds))
            {
                ColdDemand?.Invoke();
            }
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "The demand of selector {Selector} cannot be read ({Reason}); it is tried again")]
    private partial void LogBroken(string selector, string reason);
}

/// <summary>How reports are written: as the catalog is.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(DemandReport))]
internal sealed partial class DemandJson : JsonSerializerContext;
