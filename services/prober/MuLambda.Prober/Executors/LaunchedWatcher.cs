using MuLambda.Catalog;
using MuLambda.Catalog.Http;
using MuLambda.Prober.Net;
using MuLambda.Prober.Options;

namespace MuLambda.Prober.Executors;

/// <summary>
/// Accompanies an executor that a scaler launched, from when it is ready until it is gone. The scaler alone says that it exists, what it serves and when it
/// drains; this says whether it answers and how much it has to do, and so keeps its lease.
/// </summary>
internal sealed partial class LaunchedWatcher
{
    private readonly string _id;
    private readonly ProberOptions _options;
    private readonly HttpClient _executors;
    private readonly RegistryClient _registry;
    private readonly Func<CatalogSnapshot> _catalog;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly TimeSpan _timeout;
    private readonly ModelStatusReader _status;
    private LoadReader? _load;
    private ExecutorCondition _condition = ExecutorCondition.Initial;
    private string? _registryError;
    private volatile ExecutorStatus _current;

    /// <summary>Creates a watcher that <see cref="RunAsync"/> keeps going.</summary>
    /// <param name="executor">The executor as it became ready.</param>
    /// <param name="options">Intervals and limits.</param>
    /// <param name="executors">Asks the executor.</param>
    /// <param name="registry">The registry.</param>
    /// <param name="catalog">The last catalog known.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told of changes.</param>
    public LaunchedWatcher(
        Executor executor,
        ProberOptions options,
        HttpClient executors,
        RegistryClient registry,
        Func<CatalogSnapshot> catalog,
        TimeProvider time,
        ILogger logger)
    {
        (_id, _options, _executors, _registry, _catalog, _time, _logger) = (executor.Id, options, executors, registry, catalog, time, logger);
        _timeout = TimeSpan.FromSeconds(options.PollTimeoutSeconds);
        _status = new ModelStatusReader(executors, _timeout, time);
        _current = Describe(executor, null);
    }

    /// <summary>The executor as last seen.</summary>
    public ExecutorStatus Current => _current;

    /// <summary>Whether an executor is one to accompany: another scaler's or one that does not serve yet is not.</summary>
    public static bool IsFor(Executor executor, string node) =>
        executor is { Launch: not null, State: ExecutorState.Ready } && executor.Node == node;

    /// <summary>Looks at the executor again and again until it is gone from the catalog, or cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (_catalog().Executors.GetValueOrDefault(_id) is { Launch: not null } executor)
            {
                // While it drains, or begins anew, the scaler keeps its lease.
                if (executor.State is ExecutorState.Ready or ExecutorState.Failed)
                {
                    try
                    {
                        await LookAsync(executor, cancellationToken);
                    }
                    catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
                    {
                        LogLookFailed(_id, exception);
                    }
                }

                await Task.Delay(TimeSpan.FromSeconds(_options.PollSeconds), _time, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
    }

    private async Task LookAsync(Executor executor, CancellationToken cancellationToken)
    {
        var rest = new Uri(executor.Endpoints.Rest);
        var models = new OfferedModels([.. executor.Models.Select(model => model.Name).Distinct(StringComparer.Ordinal)]);
        var seen = await _status.LookAsync(new ExecutorTarget(_id, models, rest, null, null), _catalog(), cancellationToken);
        var before = _condition.State;
        _condition = _condition.After(seen, _options.FailuresBeforeFailed);

        // It was ready when this began: one that is gone since then has not just not started yet.
        if (before == ExecutorState.Pending && seen is Observation.Unanswered { Refused: true })
        {
            _condition = _condition with { State = ExecutorState.Failed };
        }

        var load = seen is Observation.Answered ? await (_load ??= new LoadReader(_executors, rest, _timeout, _time)).ReadAsync(cancellationToken) : null;
        _current = Describe(executor, load);

        // What it serves changes by the scaler's word; meanwhile the registration says what is so.
        var state = _condition.State is ExecutorState.Failed or ExecutorState.Ready ? _condition.State : executor.State;
        if (state != executor.State)
        {
            LogState(_id, executor.State, state, _condition.Reason ?? "it serves its models");
        }

        // The scaler may have said meanwhile that it drains.
        if (_catalog().Executors.GetValueOrDefault(_id)?.State is ExecutorState.Ready or ExecutorState.Failed)
        {
            await TellAsync(new ExecutorHeartbeat(state, load, state == ExecutorState.Failed ? _condition.Reason : null), cancellationToken);
        }

        _current = Describe(executor, load);
    }

    private async Task TellAsync(ExecutorHeartbeat heartbeat, CancellationToken cancellationToken)
    {
        try
        {
            // Where the registry does not know it any more the scaler registers it again.
            await Deadline.WithinAsync(_timeout, _time, token => _registry.HeartbeatExecutorAsync(_id, heartbeat, token), cancellationToken);
            _registryError = null;
        }
        catch (Exception exception)
            when (exception is RegistryException or HttpRequestException or TimeoutException or InvalidDataException or IOException)
        {
            if (_registryError != exception.Message)
            {
                LogRegistryFailed(_id, exception.Message);
                _registryError = exception.Message;
            }
        }
    }

    private ExecutorStatus Describe(Executor executor, ExecutorLoad? load) => new(
        _id,
        executor.Endpoints,
        _condition.State == ExecutorState.Pending ? executor.State : _condition.State,
        [.. executor.Models.Select(model => model.ToString())],
        _condition.Reason,
        load,
        true,
        _registryError);

    [LoggerMessage(EventId = 11, Level = LogLevel.Information, Message = "Launched executor {Executor} went from {Before} to {After}: {Reason}")]
    private partial void LogState(string executor, ExecutorState before, ExecutorState after, string reason);

    [LoggerMessage(EventId = 12, Level = LogLevel.Error, Message = "A look at launched executor {Executor} failed; the next one is tried as usual")]
    private partial void LogLookFailed(string executor, Exception exception);

    [LoggerMessage(EventId = 13, Level = LogLevel.Warning, Message = "The registry does not take the report of launched executor {Executor}; it is repeated until it does: {Reason}")]
    private partial void LogRegistryFailed(string executor, string reason);
}
