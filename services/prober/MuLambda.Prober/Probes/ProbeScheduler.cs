using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Options;
using MuLambda.Catalog.Http;
using MuLambda.Prober.Coordinates;
using MuLambda.Prober.Options;

namespace MuLambda.Prober.Probes;

/// <summary>
/// Probes each client in its turn. One loop owns the schedule and hands clients that are due to a fixed number of
/// workers through a bounded queue; clients for which there is no place stay due.
/// </summary>
internal sealed partial class ProbeScheduler(
    ProbeTable table,
    ClientChooser chooser,
    CatalogFeed feed,
    IOptions<ProberOptions> options,
    ProberMetrics metrics,
    TimeProvider time,
    ILogger<ProbeScheduler> logger) : BackgroundService
{
    /// <summary>How exactly the schedule is kept.</summary>
    internal static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);

    private readonly ProberOptions _options = options.Value;
    private readonly PriorityQueue<ClientProbe, long> _schedule = new();
    private readonly ConcurrentQueue<ClientProbe> _done = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var due = Channel.CreateBounded<ClientProbe>(
            new BoundedChannelOptions(_options.ProbeConcurrency * 2) { SingleWriter = true });
        var workers = Enumerable.Range(0, _options.ProbeConcurrency)
            .Select(_ => WorkAsync(due.Reader, stoppingToken))
            .ToList();
        try
        {
            while (true)
            {
                Plan();
                HandOut(due.Writer);
                await Task.Delay(Tick, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }

        due.Writer.Complete();
        await Task.WhenAll(workers);
    }

    /// <summary>Takes up new clients and plans the next probe of those that were just probed.</summary>
    private void Plan()
    {
        var catalog = feed.Current;
        var added = table.Follow(catalog, chooser.Choose(catalog));
        foreach (var probe in added)
        {
            Plan(probe, ProbePace.First(_options, added.Count, Random.Shared.NextDouble()));
        }

        while (_done.TryDequeue(out var probe))
        {
            Plan(probe, ProbePace.Next(_options, probe.Failures, Random.Shared.NextDouble()));
        }
    }

    private void Plan(ClientProbe probe, TimeSpan wait) =>
        _schedule.Enqueue(probe, time.GetTimestamp() + (long)(wait.TotalSeconds * time.TimestampFrequency));

    private void HandOut(ChannelWriter<ClientProbe> due)
    {
        var now = time.GetTimestamp();
        while (_schedule.TryPeek(out var probe, out var at) && (at <= now || probe.Removed))
        {
            if (probe.Removed)
            {
                probe.Dispose();
            }
            else if (!due.TryWrite(probe))
            {
                return;
            }

            _schedule.Dequeue();
        }
    }

    private async Task WorkAsync(ChannelReader<ClientProbe> due, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var probe in due.ReadAllAsync(cancellationToken))
            {
                if (!probe.Removed)
                {
                    Record(probe, probe.ToStatus().Refused, await probe.ProbeAsync(time, cancellationToken));
                }

                _done.Enqueue(probe);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
    }

    private void Record(ClientProbe probe, bool wasRefused, ProbeResult result)
    {
        switch (result)
        {
            case ProbeResult.Answered answered:
                metrics.RoundTrip(answered.RoundTrip);
                break;
            case ProbeResult.TimedOut timedOut:
                metrics.RoundTrip(timedOut.Timeout);
                metrics.Failed("timeout");
                LogOnce(probe, $"no answer within {timedOut.Timeout.TotalSeconds:0.##} s");
                break;
            case ProbeResult.Refused refused:
                metrics.Failed("refused");
                if (!wasRefused)
                {
                    LogRefused(probe.Client, refused.Reason);
                }

                break;
            case ProbeResult.Failed failed:
                metrics.Failed("error");
                LogOnce(probe, failed.Reason);
                break;
        }
    }

    private void LogOnce(ClientProbe probe, string reason)
    {
        if (probe.Failures == 1)
        {
            LogFailed(probe.Client, reason);
        }
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "Client {Client} is not probed: {Reason}")]
    private partial void LogRefused(string client, string reason);

    [LoggerMessage(EventId = 2, Level = LogLevel.Information, Message = "The probe of client {Client} brought no round trip: {Reason}")]
    private partial void LogFailed(string client, string reason);
}
