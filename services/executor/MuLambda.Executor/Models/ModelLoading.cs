using MuLambda.Executor.Options;
using MuLambda.Inference;
using MuLambda.Protocol.Grpc;

namespace MuLambda.Executor.Models;

/// <summary>Loads the models after the start, each on its own; requests are answered meanwhile.</summary>
internal sealed partial class ModelLoading(
    ModelSet models, RegistrySource registry, ExecutorOptions options, TimeProvider time, IHostApplicationLifetime lifetime,
    ILogger<ModelLoading> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Not before: a start that fails ends the process at once, and the native runtime does not survive that while it loads.
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (lifetime.ApplicationStarted.Register(() => started.TrySetResult()))
        await using (stoppingToken.Register(() => started.TrySetCanceled(stoppingToken)))
        {
            await started.Task;
        }

        await LoadAllAsync(stoppingToken);
    }

    private Task LoadAllAsync(CancellationToken stoppingToken) => Task.WhenAll(
        [
            .. models.All.Select(model => Task.Run(() => LoadAsync(model, stoppingToken), stoppingToken)),
            Task.Run(() => Leftovers.Remove(options.Cache, Path.GetTempPath(), time.GetUtcNow(), logger), stoppingToken),
        ]);

    private async Task LoadAsync(ServedModel model, CancellationToken stoppingToken)
    {
        var start = time.GetTimestamp();
        using var timeout = new CancellationTokenSource(options.LoadTimeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stoppingToken);
        try
        {
            var (version, loaded) = model.Source.Path is { } path ? LoadFromPath(path) : await LoadFromRegistryAsync(model, linked.Token);
            model.Status = new ModelStatus(ModelState.Available, version, loaded);
            var milliseconds = time.GetElapsedTime(start).TotalMilliseconds;
            LogLoaded(logger, model.Name, version, loaded.Description.Format, milliseconds);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The executor stops.
        }
        catch (OperationCanceledException)
        {
            End(model, StatusCode.DeadlineExceeded, $"Not available within {options.LoadTimeout.TotalSeconds} s. {model.Status.Message}".TrimEnd());
        }
        catch (Exception e) when (e is ModelFormatException or InferenceException or InvalidDataException or IOException or UnauthorizedAccessException)
        {
            End(model, StatusCode.InvalidArgument, e.Message);
        }
    }

    private (long Version, LoadedModel Model) LoadFromPath(string path)
    {
        var (found, version) = ModelPath.Resolve(path);
        return (version, Load(found));
    }

    private async Task<(long Version, LoadedModel Model)> LoadFromRegistryAsync(ServedModel served, CancellationToken cancellationToken)
    {
        var (model, artifact) = await registry.GetAsync(
            served.Name,
            served.Source.Version,
            message =>
            {
                if (served.Status.Message != message)
                {
                    LogWaiting(logger, served.Name, message);
                }

                served.Status = served.Status with { Message = message };
            },
            cancellationToken);
        served.Status = new ModelStatus(ModelState.Loading, model.Version);
        var directory = Directory.CreateTempSubdirectory(Leftovers.UnpackedPrefix);
        try
        {
            await TarArtifact.UnpackAsync(artifact, directory.FullName, cancellationToken);
            return (model.Version, Load(directory.FullName));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private LoadedModel Load(string path) =>
        ModelLoader.Load(path, new ModelOptions { IntraOpThreads = options.IntraOpThreads });

    private void End(ServedModel model, StatusCode code, string message)
    {
        model.Status = new ModelStatus(ModelState.End, model.Status.Version, null, code, message);
        LogEnded(logger, model.Name, message);
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "Loaded {Model} version {Version} ({Format}) in {Milliseconds:F0} ms")]
    private static partial void LogLoaded(ILogger logger, string model, long version, string format, double milliseconds);

    [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "{Model}: {Reason}")]
    private static partial void LogWaiting(ILogger logger, string model, string reason);

    [LoggerMessage(EventId = 3, Level = LogLevel.Error, Message = "{Model} cannot be served: {Reason}")]
    private static partial void LogEnded(ILogger logger, string model, string reason);
}
