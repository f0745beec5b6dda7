using MuLambda.Executor.Options;
using MuLambda.Protocol.Grpc;

namespace MuLambda.Executor.Models;

/// <summary>How models and versions come and go.</summary>
internal sealed partial class ModelManager
{
    private const int MaxRemembered = 256;

    private readonly Dictionary<ModelVersion, long> _failures = [];
    private bool _configured;
    private bool _disposed;

    /// <summary>Raised when models were configured, so that those who know their versions tell them.</summary>
    public event Action? Reconfigured;

    /// <summary>The models that are configured, by name or by a pattern.</summary>
    public IReadOnlyList<ConfiguredModel> Configured
    {
        get
        {
            lock (_gate)
            {
                return [.. _models.Values.Where(model => !model.IsRemoved).Select(model => model.Configured)];
            }
        }
    }

    /// <summary>The patterns that name models of the registry.</summary>
    public IReadOnlyList<ModelPattern> Patterns { get; private set; } = [];

    /// <summary>Replaces the whole configuration; loading goes on behind it.</summary>
    /// <param name="models">The models.</param>
    /// <param name="patterns">The patterns.</param>
    public void Configure(IReadOnlyList<ConfiguredModel> models, IReadOnlyList<ModelPattern> patterns)
    {
        lock (_gate)
        {
            Patterns = patterns;
            Replace(models, isNamed: true);
            if (patterns.Count == 0)
            {
                Replace([], isNamed: false);
            }

            _configured = true;
            Settle();
        }

        Reconfigured?.Invoke();
    }

    /// <summary>
    /// Replaces the whole configuration and waits until its models are available, as TensorFlow Serving's
    /// HandleReloadConfigRequest does. What was not named again goes.
    /// </summary>
    /// <param name="models">The models.</param>
    /// <param name="cancellationToken">Gives up waiting; the configuration stays.</param>
    /// <exception cref="GrpcException">
    /// INVALID_ARGUMENT: the configuration cannot be; nothing has changed. UNKNOWN: models did not become available. FAILED_PRECONDITION:
    /// a label points to a version that is not available.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public async Task ReloadAsync(IReadOnlyList<ConfiguredModel> models, CancellationToken cancellationToken)
    {
        ServerConfig.Check(models);
        Configure(models, []);
        var names = models.Select(model => model.Name).ToHashSet(StringComparer.Ordinal);
        await WaitAsync(
            () => names.All(name => !_models.TryGetValue(name, out var model) || model.IsRemoved || model.IsSettled),
            cancellationToken);
        lock (_gate)
        {
            ThrowIfMissing([.. names.Select(name => _models.GetValueOrDefault(name)).OfType<ServedModel>()]);
        }
    }

    /// <summary>Waits until every configured model is available or has failed.</summary>
    public Task WaitUntilSettledAsync(CancellationToken cancellationToken) =>
        WaitAsync(() => _configured && _models.Values.All(model => model.IsRemoved || model.IsSettled), cancellationToken);

    /// <summary>Sets the models that the patterns find now.</summary>
    public void SetFound(IReadOnlyList<ConfiguredModel> models)
    {
        lock (_gate)
        {
            Replace(models, isNamed: false);
            Settle();
        }
    }

    /// <summary>Says which versions of a model there are.</summary>
    /// <param name="configured">The configuration that was looked at; another one is left alone.</param>
    /// <param name="there">The versions.</param>
    /// <param name="waiting">Where none is wanted of them, what is waited for.</param>
    public void SetVersions(ConfiguredModel configured, IReadOnlyList<VersionSource> there, VersionStatus? waiting)
    {
        lock (_gate)
        {
            if (_models.TryGetValue(configured.Name, out var model) && ReferenceEquals(model.Configured, configured) && !model.IsRemoved)
            {
                model.Want(there, waiting);
                Settle(model);
            }
        }
    }

    /// <summary>Says that it cannot be known which versions of a model there are; those it has stay.</summary>
    /// <param name="configured">The configuration that was looked at; another one is left alone.</param>
    /// <param name="waiting">What is waited for.</param>
    public void SetUnknown(ConfiguredModel configured, VersionStatus waiting)
    {
        lock (_gate)
        {
            if (_models.TryGetValue(configured.Name, out var model) && ReferenceEquals(model.Configured, configured) && !model.IsRemoved)
            {
                model.Wait(waiting);
                Settle(model);
            }
        }
    }

    /// <summary>How long ago a model was configured.</summary>
    public TimeSpan SinceConfigured(ConfiguredModel configured)
    {
        lock (_gate)
        {
            return _models.TryGetValue(configured.Name, out var model) ? time.GetElapsedTime(model.Since) : TimeSpan.Zero;
        }
    }

    /// <summary>Lets go of all models; returns when no loading is under way, which the native runtime does not survive.</summary>
    public Task StopAsync()
    {
        List<ModelVersion> versions;
        lock (_gate)
        {
            versions = [.. _models.Values.SelectMany(model => model.Versions)];
        }

        var loading = Task.WhenAll(versions.Select(version => version.QuietAsync()));
        Dispose();
        return loading;
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

    private void Replace(IReadOnlyList<ConfiguredModel> models, bool isNamed)
    {
        var named = models.ToDictionary(model => model.Name, StringComparer.Ordinal);
        foreach (var gone in _models.Values.Where(model => model.IsNamed == isNamed && !named.ContainsKey(model.Name)))
        {
            gone.Remove();
        }

        foreach (var configured in models)
        {
            if (!_models.TryGetValue(configured.Name, out var model))
            {
                _models.Add(configured.Name, new ServedModel(configured, isNamed, time.GetTimestamp()));
            }
            else if (model.IsRemoved || isNamed)
            {
                model.Configure(configured, isNamed, time.GetTimestamp());
            }
        }

        foreach (var forgotten in _models.Values.Where(model => model.IsRemoved && model.HasEnded).OrderBy(model => model.Since).SkipLast(MaxRemembered).ToList())
        {
            _models.Remove(forgotten.Name);
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
        var failure = await version.LoadFirstAsync(message => Waiting(version, model, message));
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

    private async Task WaitAsync(Func<bool> condition, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                changed = _changed.Task;
                if (condition())
                {
                    return;
                }
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    private static void ThrowIfMissing(IReadOnlyList<ServedModel> models)
    {
        var missing = models.Where(model => model.Failures.Count > 0).ToList();
        if (missing.Count > 0)
        {
            var list = missing.SelectMany(model => model.Failures.Select(
                failure => $"{{{{name: {model.Name} version: {failure.Version}}} due to error: {failure.Code}: {failure.Message}}}, "));
            throw new GrpcException(StatusCode.Unknown, $"{missing.Count} model(s) did not become available: {{{string.Concat(list)}}}");
        }

        foreach (var model in models)
        {
            foreach (var (_, number) in model.Configured.Labels)
            {
                if (!model.IsAvailableVersion(number))
                {
                    throw new GrpcException(
                        StatusCode.FailedPrecondition,
                        $"Request to assign label to version {number} of model {model.Name}, which is not currently available for inference");
                }
            }
        }
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "{Model} version {Version}: {Reason}")]
    private static partial void LogWaiting(ILogger logger, string model, long version, string reason);

    [LoggerMessage(EventId = 2, Level = LogLevel.Error, Message = "{Model} version {Version} cannot be served: {Reason}")]
    private static partial void LogFailed(ILogger logger, string model, long version, string reason);

    [LoggerMessage(EventId = 3, Level = LogLevel.Information, Message = "Unloaded {Model} version {Version}")]
    private static partial void LogUnloaded(ILogger logger, string model, long version);
}
