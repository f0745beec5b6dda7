using MuLambda.Catalog;
using MuLambda.Catalog.Http;
using MuLambda.Prober.Net;
using MuLambda.Prober.Options;

namespace MuLambda.Prober.Executors;

/// <summary>
/// Accompanies one executor: looks at it, and keeps its registration what it is. Whatever the registry does, the next
/// look tries again, so nothing has to be remembered but what was last registered.
/// </summary>
internal sealed partial class ExecutorWatcher
{
    private readonly ExecutorTarget _target;
    private readonly ProberOptions _options;
    private readonly ModelStatusReader _status;
    private readonly LoadReader _load;
    private readonly RegistryClient _registry;
    private readonly Func<CatalogSnapshot> _catalog;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly TimeSpan _timeout;
    private ExecutorCondition _condition = ExecutorCondition.Initial;
    private Executor? _registered;
    private bool _modelRefused;
    private string? _registryError;
    private volatile ExecutorStatus _current;
    private volatile TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Creates a watcher that <see cref="RunAsync"/> keeps going.</summary>
    /// <param name="target">The executor.</param>
    /// <param name="options">Intervals and limits.</param>
    /// <param name="executors">Asks the executor.</param>
    /// <param name="registry">The registry.</param>
    /// <param name="catalog">The last catalog known.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told of changes.</param>
    public ExecutorWatcher(
        ExecutorTarget target,
        ProberOptions options,
        HttpClient executors,
        RegistryClient registry,
        Func<CatalogSnapshot> catalog,
        TimeProvider time,
        ILogger logger)
    {
        _target = target;
        _options = options;
        _timeout = TimeSpan.FromSeconds(options.PollTimeoutSeconds);
        _status = new ModelStatusReader(executors, _timeout, time);
        _load = new LoadReader(executors, target.Rest, _timeout, time);
        _registry = registry;
        _catalog = catalog;
        _time = time;
        _logger = logger;
        _current = Describe(target.FindEndpoints(), null);
    }

    /// <summary>The executor as last seen.</summary>
    public ExecutorStatus Current => _current;

    /// <summary>The next look is due now.</summary>
    public void Look() => _asked.TrySetResult();

    /// <summary>Looks at the executor again and again until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                // Before the look: what asks for one meanwhile asks for the next.
                var asked = _asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                try
                {
                    await LookAsync(cancellationToken);
                }
                catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
                {
                    // What nobody foresaw must not leave an executor unwatched until the prober is restarted.
                    LogLookFailed(_target.Id, exception);
                }

                try
                {
                    await asked.Task.WaitAsync(TimeSpan.FromSeconds(_options.PollSeconds), _time, cancellationToken);
                }
                catch (TimeoutException)
                {
                    // Nobody asked: it is due all the same.
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
    }

    /// <summary>
    /// Takes the registration back: it serves nothing any more, or, once <see cref="RunAsync"/> has ended, nobody vouches for it.
    /// </summary>
    public async Task DeregisterAsync(CancellationToken cancellationToken)
    {
        if (_registered is not null
            && await TellAsync(token => _registry.DeleteExecutorAsync(_target.Id, token), cancellationToken) is not null)
        {
            _registered = null;
            LogDeregistered(_target.Id);
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        var seen = await _status.LookAsync(_target, _catalog(), cancellationToken);
        var before = _condition.State;
        _condition = _condition.After(seen, _options.FailuresBeforeFailed);
        if (_condition.State != before)
        {
            LogState(_target.Id, before, _condition.State, _condition.Reason ?? "it serves its models");
        }

        var load = seen is Observation.Answered ? await _load.ReadAsync(cancellationToken) : null;
        var endpoints = _target.FindEndpoints();
        _current = Describe(endpoints, load);
        if (_condition.Models.Count > 0)
        {
            await SynchroniseAsync(endpoints, load, cancellationToken);
        }
        else
        {
            await DeregisterAsync(cancellationToken);
        }

        _current = Describe(endpoints, load);
    }

    /// <summary>A heartbeat where the registration still describes the executor, otherwise a new registration.</summary>
    private async Task SynchroniseAsync(ExecutorEndpoints endpoints, ExecutorLoad? load, CancellationToken cancellationToken)
    {
        var executor = new Executor(
            _target.Id, _options.Node, Offer(), endpoints, _condition.State, load, _condition.Reason, _options.LeaseSeconds);
        if (_registered is { } registered && registered.Endpoints == endpoints && registered.Models.SequenceEqual(executor.Models))
        {
            var heartbeat = new ExecutorHeartbeat(_condition.State, load, _condition.Reason);
            if (await TellAsync(token => _registry.HeartbeatExecutorAsync(_target.Id, heartbeat, token), cancellationToken) is not false)
            {
                return;
            }

            LogLeaseLost(_target.Id);
            _registered = null;
        }

        if (await TellAsync(
            async token =>
            {
                await _registry.PutExecutorAsync(executor, token);
                return true;
            },
            cancellationToken) is true)
        {
            _registered = executor;
            LogRegistered(_target.Id, executor.Models, _condition.State);
        }
    }

    /// <summary>
    /// The models to register. Where the registry refused one, those it is known to have, if any: one model that was
    /// never uploaded must not keep the others from being served.
    /// </summary>
    private IReadOnlyList<ModelReference> Offer()
    {
        if (_modelRefused)
        {
            var models = _catalog().Models;
            var known = _condition.Models.Where(model => models.ContainsKey(model.ToString())).ToList();
            if (known.Count > 0)
            {
                return known;
            }
        }

        return _condition.Models;
    }

    /// <summary>Calls the registry; null where it could not be reached or refused, which is logged once.</summary>
    private async Task<bool?> TellAsync(Func<CancellationToken, Task<bool>> call, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await Deadline.WithinAsync(_timeout, _time, call, cancellationToken);
            if (_registryError is not null)
            {
                LogRegistryBack(_target.Id);
                _registryError = null;
            }

            return answer;
        }
        catch (Exception exception)
            when (exception is RegistryException or HttpRequestException or TimeoutException or InvalidDataException or IOException)
        {
            _modelRefused |= exception is RegistryException { Status: System.Net.HttpStatusCode.UnprocessableEntity };
            if (_registryError != exception.Message)
            {
                LogRegistryFailed(_target.Id, exception.Message);
                _registryError = exception.Message;
            }

            return null;
        }
    }

    private ExecutorStatus Describe(ExecutorEndpoints endpoints, ExecutorLoad? load) => new(
        _target.Id,
        endpoints,
        _condition.State,
        [.. _condition.Models.Select(model => model.ToString())],
        _condition.Reason,
        load,
        _registered is not null,
        _registryError);
}
