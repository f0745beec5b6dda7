using System.Runtime.CompilerServices;

namespace MuLambda.Catalog.Http;

/// <summary>
/// Holds the catalog as the registry's change feed tells it. While the registry is away the last snapshot stays, and
/// the feed comes back to it with back-off and jitter, resuming after the last revision it saw.
/// </summary>
public sealed class CatalogFeed
{
    private readonly RegistryClient _registry;
    private readonly CatalogFeedOptions _options;
    private readonly TimeProvider _time;
    private volatile CatalogSnapshot _current = CatalogSnapshot.Empty;
    private volatile TaskCompletionSource _changed = NewSignal();
    private volatile bool _connected;
    private volatile Exception? _lastError;
    private int _running;

    /// <summary>Creates a feed that <see cref="RunAsync"/> keeps going.</summary>
    /// <param name="registry">The registry to watch.</param>
    /// <param name="options">How to reconnect; null for the defaults.</param>
    /// <param name="time">The clock; null for the system's.</param>
    public CatalogFeed(RegistryClient registry, CatalogFeedOptions? options = null, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(registry);
        _registry = registry;
        _options = options ?? new CatalogFeedOptions();
        _options.Validate();
        _time = time ?? TimeProvider.System;
    }

    /// <summary>The last complete catalog; <see cref="CatalogSnapshot.Empty"/> before the first. Read without a lock.</summary>
    public CatalogSnapshot Current => _current;

    /// <summary>True while a connection delivers the feed; false where <see cref="Current"/> may be out of date.</summary>
    public bool IsConnected => _connected;

    /// <summary>Why the last connection ended or could not be made; null while connected.</summary>
    public Exception? LastError => _lastError;

    /// <summary>Called on the feed's thread, in order, after each new snapshot; it must be quick and must not throw.</summary>
    public event Action<CatalogSnapshot>? Changed;

    /// <summary>Called on the feed's thread when <see cref="IsConnected"/> changes; it must be quick and must not throw.</summary>
    public event Action<bool>? ConnectionChanged;

    /// <summary>Watches until cancelled. Failures of the registry and the network end nothing.</summary>
    /// <param name="cancellationToken">Ends the watch; the task then ends without an exception.</param>
    /// <returns>A task that ends when cancelled.</returns>
    /// <exception cref="InvalidOperationException">The feed runs already.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _running, 1) != 0)
        {
            throw new InvalidOperationException("The feed runs already.");
        }

        try
        {
            var backoff = _options.MinBackoff;
            while (!cancellationToken.IsCancellationRequested)
            {
                try
                {
                    await FollowAsync(cancellationToken);
                    _lastError = new IOException("The registry ended the feed.");
                }
                catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
                {
                    _lastError = exception;
                }
                catch (OperationCanceledException)
                {
                    break;
                }

                backoff = _connected ? _options.MinBackoff : Min(backoff * 2, _options.MaxBackoff);
                SetConnected(false);

                // The whole wait is random, so that the watchers of a registry that restarts do not come at once.
                await Task.Delay(backoff * Random.Shared.NextDouble(), _time, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
        finally
        {
            SetConnected(false);
            Volatile.Write(ref _running, 0);
        }
    }

    /// <summary>Waits until the catalog is known for the first time.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The snapshot.</returns>
    public Task<CatalogSnapshot> WaitForFirstSnapshotAsync(CancellationToken cancellationToken = default) =>
        WaitForAsync(static snapshot => snapshot.Epoch is not null, cancellationToken);

    /// <summary>Waits until the catalog is as wanted.</summary>
    /// <param name="condition">What is wanted; called with each snapshot, quick ones in a row may be left out.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The first snapshot seen that fulfils the condition.</returns>
    public async Task<CatalogSnapshot> WaitForAsync(
        Func<CatalogSnapshot, bool> condition, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(condition);
        await foreach (var snapshot in SnapshotsAsync(cancellationToken))
        {
            if (condition(snapshot))
            {
                return snapshot;
            }
        }

        throw new OperationCanceledException(cancellationToken);
    }

    /// <summary>The current snapshot and then each newer one; a slow reader skips to the newest.</summary>
    /// <param name="cancellationToken">Ends the enumeration with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>The snapshots, endless.</returns>
    public async IAsyncEnumerable<CatalogSnapshot> SnapshotsAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        CatalogSnapshot? last = null;
        while (true)
        {
            var changed = _changed.Task;
            var current = _current;
            if (!ReferenceEquals(current, last))
            {
                last = current;
                yield return current;
            }
            else
            {
                await changed.WaitAsync(cancellationToken);
            }
        }
    }

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        // A snapshot that breaks off leaves the published catalog, and where to resume, as they were.
        var building = _current;
        await foreach (var change in _registry.WatchAsync(building.Revision, building.Epoch, cancellationToken))
        {
            if (!_connected)
            {
                _lastError = null;
                SetConnected(true);
            }

            var next = building.Apply(change);
            if (ReferenceEquals(next, building))
            {
                continue;
            }

            building = next;
            if (building.IsComplete)
            {
                Publish(building);
            }
        }
    }

    private void Publish(CatalogSnapshot snapshot)
    {
        _current = snapshot;
        Interlocked.Exchange(ref _changed, NewSignal()).TrySetResult();
        Changed?.Invoke(snapshot);
    }

    private void SetConnected(bool connected)
    {
        if (_connected != connected)
        {
            _connected = connected;
            ConnectionChanged?.Invoke(connected);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
