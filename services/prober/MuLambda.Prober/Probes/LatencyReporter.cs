using Microsoft.Extensions.Options;
using MuLambda.Catalog;
using MuLambda.Catalog.Http;
using MuLambda.Prober.Net;
using MuLambda.Prober.Options;

namespace MuLambda.Prober.Probes;

/// <summary>
/// Reports the round trips that changed, all in one call. What the registry did not take is due again the next time.
/// </summary>
internal sealed partial class LatencyReporter(
    ProbeTable table,
    RegistryClient registry,
    CatalogFeed feed,
    IOptions<ProberOptions> options,
    TimeProvider time,
    ILogger<LatencyReporter> logger) : BackgroundService
{
    /// <summary>The most the registry takes in one call.</summary>
    private const int MaxReports = 10_000;

    /// <summary>Of a new client the first figures come soon, however long the interval.</summary>
    internal static readonly TimeSpan MaxRound = TimeSpan.FromSeconds(1);

    private readonly ProberOptions _options = options.Value;
    private readonly ReportPolicy _policy = new(TimeSpan.FromSeconds(options.Value.ReportSeconds));
    private string? _error;

    /// <summary>Sends the reports that are due.</summary>
    internal async Task ReportAsync(CancellationToken cancellationToken)
    {
        var due = table.Probes
            .Select(probe => (Probe: probe, Report: probe.ToReport(_options.Node)))
            .Where(pair => pair.Report is { } report && _policy.IsDue(LastOf(pair.Probe, report), report))
            .ToList();
        foreach (var batch in due.Chunk(MaxReports))
        {
            if (!await SendAsync([.. batch.Select(pair => pair.Report!)], cancellationToken))
            {
                return;
            }

            foreach (var (probe, report) in batch)
            {
                probe.Reported = report;
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var round = TimeSpan.FromSeconds(_options.ProbeSeconds);
        round = round < MaxRound ? round : MaxRound;
        try
        {
            while (true)
            {
                await Task.Delay(round, time, stoppingToken);
                await ReportAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    /// <summary>
    /// The report the registry still has. It lost the one of a client that was deleted meanwhile, and all of them when
    /// its store began anew; then the next sample is reported, whatever it is.
    /// </summary>
    private LatencyReport? LastOf(ClientProbe probe, LatencyReport now) =>
        probe.Reported is { } reported
        && (now.MeasuredAt == reported.MeasuredAt
            || feed.Current.Latencies.ContainsKey(CatalogSnapshot.LatencyId(_options.Node, probe.Client)))
            ? reported
            : null;

    private async Task<bool> SendAsync(IReadOnlyList<LatencyReport> reports, CancellationToken cancellationToken)
    {
        try
        {
            await Deadline.WithinAsync(
                TimeSpan.FromSeconds(_options.PollTimeoutSeconds),
                time,
                async token =>
                {
                    await registry.PutLatenciesAsync(_options.Node, reports, token);
                    return true;
                },
                cancellationToken);
            _error = null;
            return true;
        }
        catch (Exception exception)
            when (exception is RegistryException or HttpRequestException or TimeoutException or IOException)
        {
            if (_error != exception.Message)
            {
                LogNotTaken(reports.Count, exception.Message);
                _error = exception.Message;
            }

            return false;
        }
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "The registry does not take {Count} latency reports; they are repeated: {Reason}")]
    private partial void LogNotTaken(int count, string reason);
}
