using MuLambda.Executor.Hosting;
using MuLambda.Executor.Options;

namespace MuLambda.Executor.Models;

/// <summary>Configures the models after the start and keeps looking for their versions; requests are answered meanwhile.</summary>
internal sealed partial class ModelLoading(
    ModelManager models, PathSource paths, RegistryFollower registry, ModelConfigFile configFile, CacheKeeper cache, ExecutorOptions options, TimeProvider time,
    IHostApplicationLifetime lifetime, ILogger<ModelLoading> logger) : BackgroundService
{
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        // The names are known before the first request.
        models.Configure(configFile.Read(), options.Patterns());
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Not before: a start that fails ends the process at once, and the native runtime does not survive that while it loads.
        await lifetime.StartedAsync(stoppingToken);

        try
        {
            models.Reconfigured += Look;
            Look();
            await Task.WhenAll(
                Task.Run(() => Leftovers.Remove(options.Cache, Path.GetTempPath(), time.GetUtcNow(), logger), stoppingToken),
                PollAsync(options.PollInterval, paths.Look, stoppingToken),
                PollAsync(CacheKeeper.Interval, cache.Keep, stoppingToken),
                PollAsync(options.ModelConfigPoll, configFile.ReadAgain, stoppingToken),
                registry.RunAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The executor stops.
        }
        finally
        {
            models.Reconfigured -= Look;
            await models.StopAsync();
        }
    }

    private void Look()
    {
        paths.Look();
        registry.Look();
    }

    private async Task PollAsync(TimeSpan interval, Action look, CancellationToken stoppingToken)
    {
        if (interval == TimeSpan.Zero)
        {
            return;
        }

        using var timer = new PeriodicTimer(interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                look();
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogLookFailed(logger, e);
            }
        }
    }

    [LoggerMessage(EventId = 6, Level = LogLevel.Error, Message = "Looking for versions failed")]
    private static partial void LogLookFailed(ILogger logger, Exception exception);
}
