using MuLambda.Executor.Launching;
using MuLambda.Executor.Options;
using MuLambda.Protocol.Grpc;

namespace MuLambda.Executor.Models;

/// <summary>Which models there are to be: the configuration, what patterns find, and the versions that exist.</summary>
internal sealed partial class ModelManager
{
    private const int MaxRemembered = 256;

    private bool _configured;

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
                var before = model.Missing;
                model.Want(there, waiting);
                TellMissing(model, before);
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
                var before = model.Missing;
                model.Wait(waiting);
                TellMissing(model, before);
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

    /// <summary>A model of which no version comes fails like a version that cannot be loaded; it is looked for again and again, but told once.</summary>
    private void TellMissing(ServedModel model, VersionStatus? before)
    {
        if (model.Missing is { } missing && missing != before)
        {
            phases.Add(LoadPhase.Failed, model.Name, missing.Version, missing.Message);
        }
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
}
