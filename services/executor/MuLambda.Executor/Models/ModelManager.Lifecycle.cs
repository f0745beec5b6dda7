using MuLambda.Executor.Launching;
using MuLambda.Protocol.Grpc;

namespace MuLambda.Executor.Models;

/// <summary>How versions are loaded, served, let go of and forgotten.</summary>
internal sealed partial class ModelManager
{
    private readonly Dictionary<ModelVersion, long> _failures = [];
    private bool _disposed;

    /// <summary>Lets go of all models; returns when no loading is under way, which the native runtime does not survive.</summary>
    public Task StopAsync()
    {
        // First, so that no loading begins behind those that are waited for.
        Dispose();
        lock (_gate)
        {
            return Task.WhenAll(_models.Values.SelectMany(model => model.Versions).Select(version => version.QuietAsync()).ToList());
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _serving = [];
            foreach (var version in _models.Values.SelectMany(model => model.Versions))
            {
                version.Retire(static () => { });
            }
        }
    }

    /// <summary>Does what has to be done for every model. The lock is held.</summary>
    private void Settle()
    {
        foreach (var model in _models.Values)
        {
            Settle(model);
        }
    }

    private void Settle(ServedModel model)
    {
        if (_disposed)
        {
            return;
        }

        var (load, retire) = model.Reconcile(
            source => new ModelVersion(model.Name, source, loader, counters, budget),
            version => _failures.TryGetValue(version, out var failed) ? time.GetElapsedTime(failed) : TimeSpan.Zero);
        model.AssignLabels();

        // Nobody finds a version any more before it is let go of.
        Publish();
        foreach (var version in retire)
        {
            version.Retire(() => Ended(version, model));
        }

        foreach (var version in load)
        {
            _ = LoadAsync(version, model);
        }
    }

    private void Publish()
    {
        var serving = new Dictionary<string, ServingSnapshot>(StringComparer.Ordinal);
        foreach (var model in _models.Values)
        {
            if (model.Snapshot() is { } snapshot)
            {
                serving.Add(model.Name, snapshot);
            }
        }

        _serving = serving;
        Interlocked.Exchange(ref _changed, NewSignal()).TrySetResult();
    }

    private async Task LoadAsync(ModelVersion version, ServedModel model)
    {
        version.Status = version.Status with { State = ModelState.Loading };
        TimeSpan? translated = null;
        var failure = await version.LoadFirstAsync(new LoadProgress(
            message => Waiting(version, model, message),
            phase => phases.Add(phase, model.Name, version.Number, translated: phase == LoadPhase.Warming ? translated : null),
            took => translated = took));
        lock (_gate)
        {
            if (version.Status.State != ModelState.Loading)
            {
                return;
            }

            if (failure is null)
            {
                version.Status = new VersionStatus(version.Number, ModelState.Available);
            }
            else
            {
                Fail(version, model.Name, failure);
            }

            Settle(model);
            if (failure is null)
            {
                // Not before it can be asked.
                phases.Add(LoadPhase.Ready, model.Name, version.Number);
            }
        }
    }

    private void Waiting(ModelVersion version, ServedModel model, string message)
    {
        lock (_gate)
        {
            if (version.Status is { State: ModelState.Loading } status && status.Message != message)
            {
                version.Status = status with { Message = message };
                LogWaiting(logger, model.Name, version.Number, message);
            }
        }
    }

    /// <summary>A version that had made room for others cannot be loaded again.</summary>
    private void Lost(ModelVersion version, string name, GrpcException failure)
    {
        lock (_gate)
        {
            if (version.Status.State == ModelState.Available && _models.TryGetValue(name, out var model))
            {
                Fail(version, name, failure);
                Settle(model);
            }
        }
    }

    private void Fail(ModelVersion version, string name, GrpcException failure)
    {
        version.Status = new VersionStatus(version.Number, ModelState.End, failure.StatusCode, failure.Message);
        _failures[version] = time.GetTimestamp();
        foreach (var forgotten in _failures.Keys.Where(other => !_models.Values.Any(model => model.Versions.Contains(other))).ToList())
        {
            _failures.Remove(forgotten);
        }

        phases.Add(LoadPhase.Failed, name, version.Number, failure.Message);
        LogFailed(logger, name, version.Number, failure.Message);
    }

    private void Ended(ModelVersion version, ServedModel model)
    {
        lock (_gate)
        {
            version.Status = new VersionStatus(version.Number, ModelState.End);
            Publish();
        }

        LogUnloaded(logger, model.Name, version.Number);
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "{Model} version {Version}: {Reason}")]
    private static partial void LogWaiting(ILogger logger, string model, long version, string reason);

    [LoggerMessage(EventId = 2, Level = LogLevel.Error, Message = "{Model} version {Version} cannot be served: {Reason}")]
    private static partial void LogFailed(ILogger logger, string model, long version, string reason);

    [LoggerMessage(EventId = 3, Level = LogLevel.Information, Message = "Unloaded {Model} version {Version}")]
    private static partial void LogUnloaded(ILogger logger, string model, long version);
}
