using MuLambda.Executor.Hosting;
using MuLambda.Executor.Options;

namespace MuLambda.Executor.Launching;

/// <summary>
/// Ends the executor, drained as after SIGTERM, when whoever launched it renews the keep-alive file no longer: a launcher that was killed
/// ends nothing itself.
/// </summary>
internal sealed partial class KeepAlive(
    ExecutorOptions options, TimeProvider time, IHostApplicationLifetime lifetime, ILogger<KeepAlive> logger) : BackgroundService
{
    private static readonly TimeSpan LongestInterval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.KeepAliveFile is not { } path)
        {
            return;
        }

        // Not before: to stop what has not started is a failure of the start.
        await lifetime.StartedAsync(stoppingToken);
        var file = new KeepAliveFile(path, options.KeepAliveTime, time);
        var interval = options.KeepAliveTime / 4;
        using var timer = new PeriodicTimer(interval < LongestInterval ? interval : LongestInterval, time);
        do
        {
            if (file.Expired() is { } reason)
            {
                LogExpired(logger, reason);
                lifetime.StopApplication();
                return;
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "{Reason}: nobody needs this executor any more")]
    private static partial void LogExpired(ILogger logger, string reason);
}
