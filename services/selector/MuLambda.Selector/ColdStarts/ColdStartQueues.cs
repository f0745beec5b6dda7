using System.Globalization;
using Microsoft.Extensions.Options;
using MuLambda.Catalog;
using MuLambda.Selection;

namespace MuLambda.Selector;

/// <summary>
/// Holds requests for models that no executor is ready to serve, until the feed shows a replica that is. The same where the last one has just failed, which the feed
/// shows later: until then one request at a time tries it whenever its quarantine is over, as it may be there after all. Whoever scales learns of them from the demand
/// (<see cref="DemandStream"/>); the selector starts nothing itself, so that many requests, and many selectors, are one start.
/// </summary>
internal sealed class ColdStartQueues : IDisposable
{
    // How often it is looked whether executors that failed are back: nothing but time, and other requests, tells.
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(50);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, ColdStartQueue> _queues = new(StringComparer.Ordinal);
    private readonly CatalogFollower _catalog;
    private readonly DemandLedger _ledger;
    private readonly ConcurrencyGate _places;
    private readonly SelectorTelemetry _telemetry;
    private readonly ColdStartOptions _options;
    private readonly TimeProvider _time;
    private readonly ITimer _looks;
    private bool _isLookDue;

    public ColdStartQueues(
        CatalogFollower catalog, DemandLedger ledger, ConcurrencyGate places, SelectorTelemetry telemetry, IOptions<ColdStartOptions> options, TimeProvider time)
    {
        (_catalog, _ledger, _places, _telemetry, _options, _time) = (catalog, ledger, places, telemetry, options.Value, time);
        telemetry.Watch(this);
        _looks = time.CreateTimer(static queues => ((ColdStartQueues)queues!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        catalog.SnapshotChanged += () => Settle(mayTry: false);
    }

    /// <summary>Requests that wait, by model.</summary>
    public IReadOnlyList<(ModelReference Model, int Requests)> Waiting
    {
        get
        {
            lock (_gate)
            {
                return [.. _queues.Values.Select(queue => (queue.Model.Reference, queue.Count))];
            }
        }
    }

    /// <summary>Waits until a replica of a model is ready, or the model is not waited for any more: then the request has to be selected for again.</summary>
    /// <param name="cold">The model.</param>
    /// <param name="terms">On what terms.</param>
    /// <param name="cancellationToken">The caller went away.</param>
    /// <returns>
    /// The request's place among those that are released together, which it has to take or to leave; null where it has to look for something else: the model is not
    /// deployed any more, or the request waited in vain and may go elsewhere.
    /// </returns>
    /// <exception cref="RequestException">The queue is full, or the request's time is over.</exception>
    public async Task<GatheredRequest?> WaitAsync(ColdCandidate cold, ColdStartTerms terms, CancellationToken cancellationToken)
    {
        var model = cold.Model;
        var patience = terms.Patience > TimeSpan.Zero ? terms.Patience : TimeSpan.Zero;
        using var activity = SelectorTelemetry.StartColdStart(terms.Client, model);
        var began = _time.GetTimestamp();
        var waiter = new ColdStartWaiter(terms.Priority, _time.NowMs() + patience.TotalMilliseconds, terms.Bytes);
        try
        {
            Enter(cold, waiter);
            _ledger.Tell();

            // The feed may have moved since the candidate was looked up. Who is in the queue by now is seen by every later move.
            Settle(mayTry: false);

            // A place at the table is for those who are served: who waits for the first replica is counted by its own queue.
            using var aside = _places.StepAside();
            return await waiter.Task.WaitAsync(patience, _time, cancellationToken);
        }
        catch (Exception e)
        {
            if (e is TimeoutException or OperationCanceledException && !Leave(model, waiter))
            {
                // Released in the same moment: the others must not wait for it.
                await ((Task)waiter.Task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
                (waiter.Task.IsCompletedSuccessfully ? await waiter.Task : null)?.Leave();
            }

            SelectorTelemetry.Failed(activity, e.Message);
            if (e is TimeoutException && terms.MayGoElsewhere)
            {
                cold.WaitedForInVain(_time);
                return null;
            }

            if (e is TimeoutException)
            {
                throw InVain(model, patience);
            }

            throw;
        }
        finally
        {
            var waited = _time.GetElapsedTime(began);
            activity?.SetTag("mulambda.cold_start.wait_ms", waited.TotalMilliseconds);
            _telemetry.WaitedCold(model, waited);
        }
    }

    public void Dispose() => _looks.Dispose();

    private void Enter(ColdCandidate cold, ColdStartWaiter waiter)
    {
        lock (_gate)
        {
            var key = cold.Model.Reference.ToString();
            var queue = _queues.GetValueOrDefault(key) ?? new ColdStartQueue(cold.Model, _options);
            queue.Enter(waiter, cold, cold.Remaining(_time));
            _queues[key] = queue;
        }
    }

    private bool Leave(Model model, ColdStartWaiter waiter)
    {
        lock (_gate)
        {
            var key = model.Reference.ToString();
            if (!_queues.TryGetValue(key, out var queue) || !queue.Leave(waiter))
            {
                return false;
            }

            if (queue.Count == 0)
            {
                _queues.Remove(key);
            }

            return true;
        }
    }

    private void Look()
    {
        lock (_gate)
        {
            _isLookDue = false;
            Settle(mayTry: true);
        }
    }

    private void Settle(bool mayTry)
    {
        lock (_gate)
        {
            if (_queues.Count == 0 || _catalog.Snapshot is not { } snapshot)
            {
                return;
            }

            foreach (var (key, queue) in _queues.ToArray())
            {
                if (snapshot.IsReady(queue.Model))
                {
                    queue.Release();
                    _queues.Remove(key);
                }
                else if (snapshot.ColdOf(queue.Model) is not { } cold)
                {
                    queue.GiveUp();
                    _queues.Remove(key);
                }
                else if (cold.IsLost)
                {
                    Try(queue, mayTry && snapshot.MayBeTried(queue.Model, _time));
                }
            }
        }
    }

    // Only from time to time: one that tried, and was not sent after all, is here again at once.
    private void Try(ColdStartQueue queue, bool may)
    {
        if (may)
        {
            queue.ReleaseFirst();
        }

        if (queue.Count == 0)
        {
            _queues.Remove(queue.Model.Reference.ToString());
        }
        else if (!_isLookDue)
        {
            _isLookDue = _looks.Change(LookAgain, Timeout.InfiniteTimeSpan);
        }
    }

    private RequestException InVain(Model model, TimeSpan patience)
    {
        var waited = string.Create(CultureInfo.InvariantCulture, $"The request waited {patience.TotalMilliseconds:0} ms for an executor of {model.Reference}");
        return _catalog.Snapshot?.ColdOf(model) is { Failure: { } failure }
            ? new RequestException(StatusCodes.Status503ServiceUnavailable, "The model could not be started.", $"{waited}, and none is ready ({failure}).")
            {
                RetryAfter = TimeSpan.FromSeconds(1),
            }
            : new RequestException(StatusCodes.Status504GatewayTimeout, "The deadline passed.", $"{waited}, and none was ready.");
    }
}
