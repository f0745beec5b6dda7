using MuLambda.Executor.Launching;
using MuLambda.Protocol.Grpc;

namespace MuLambda.Executor.Models;

/// <summary>
/// One version of a model from its first loading to its end. In between it may leave memory and come again; requests that
/// find it away share one loading.
/// </summary>
internal sealed class ModelVersion(string name, VersionSource source, VersionLoader loader, ModelCounters counters, MemoryBudget budget)
    : IDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _retiring = new();
    private readonly List<TaskCompletionSource<ModelLease>> _waiting = [];
    private volatile ResidentModel? _resident;
    private VersionStatus _status = new(source.Number, ModelState.Start);
    private Task<GrpcException?>? _loading;

    // The loading and what it brought into memory; for a moment there are two, when one that makes room is asked for again.
    private int _holds;
    private Action? _ended;

    public long Number => source.Number;

    public IModelFiles Files => source.Files;

    /// <summary>What the files looked like when they were last loaded.</summary>
    public long Stamp { get; private set; }

    /// <summary>How far it is; replaced whole.</summary>
    public VersionStatus Status
    {
        get => Volatile.Read(ref _status);
        set => Volatile.Write(ref _status, value);
    }

    /// <summary>True while it need not be loaded to be asked.</summary>
    public bool IsInMemory => _resident is { IsGone: false };

    /// <summary>Takes a lease if it is in memory.</summary>
    public bool TryAcquire(out ModelLease lease)
    {
        if (_resident is { } resident)
        {
            return resident.TryAcquire(out lease);
        }

        lease = default;
        return false;
    }

    /// <summary>Takes a lease, loading it again where it is away.</summary>
    /// <returns>The lease, or null when the version is served no longer.</returns>
    /// <exception cref="GrpcException">It cannot be loaded.</exception>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public async ValueTask<ModelLease?> AcquireAsync(CancellationToken cancellationToken)
    {
        TaskCompletionSource<ModelLease> waiting;
        Task<GrpcException?> loading;
        lock (_gate)
        {
            if (_ended is not null)
            {
                return null;
            }

            if (TryAcquire(out var lease))
            {
                return lease;
            }

            _waiting.Add(waiting = new TaskCompletionSource<ModelLease>(TaskCreationOptions.RunContinuationsAsynchronously));
            loading = Load(LoadProgress.Untold);
        }

        await using var registration = cancellationToken.UnsafeRegister(
            static (state, token) => ((TaskCompletionSource<ModelLease>)state!).TrySetCanceled(token), waiting);
        try
        {
            if (await Task.WhenAny(waiting.Task, loading) == loading && !waiting.Task.IsCompleted)
            {
                return await loading is { } failure ? throw new GrpcException(failure.StatusCode, failure.Message, failure) : null;
            }

            return await waiting.Task;
        }
        finally
        {
            lock (_gate)
            {
                _waiting.Remove(waiting);
            }
        }
    }

    /// <summary>Loads it for the first time.</summary>
    /// <returns>Null, or why it cannot be loaded. A version that is retired meanwhile ends without a reason.</returns>
    public Task<GrpcException?> LoadFirstAsync(LoadProgress progress)
    {
        lock (_gate)
        {
            return Load(progress);
        }
    }

    /// <summary>Lets go: it takes no more requests, and leaves memory with the last that runs.</summary>
    /// <param name="ended">Called once, when it has left memory.</param>
    public void Retire(Action ended)
    {
        ResidentModel? resident;
        bool gone;
        lock (_gate)
        {
            if (_ended is not null)
            {
                return;
            }

            _ended = ended;
            resident = _resident;
            gone = _holds == 0;
        }

        _retiring.Cancel();
        if (gone)
        {
            ended();
        }
        else
        {
            resident?.LetGo();
        }
    }

    /// <summary>Ends when no loading is under way any more.</summary>
    public Task QuietAsync()
    {
        lock (_gate)
        {
            return _loading ?? Task.CompletedTask;
        }
    }

    public void Dispose() => _retiring.Dispose();

    /// <summary>Begins to load it, unless that is under way. The lock is held.</summary>
    private Task<GrpcException?> Load(LoadProgress progress)
    {
        if (_loading is null)
        {
            _holds++;
            _loading = Task.Run(() => LoadAsync(progress), CancellationToken.None);
        }

        return _loading;
    }

    private async Task<GrpcException?> LoadAsync(LoadProgress progress)
    {
        ResidentModel? resident = null;
        GrpcException? failure = null;
        try
        {
            Stamp = source.Files.Stamp();
            resident = await loader.LoadAsync(name, Number, source.Files, Freed, progress, _retiring.Token);
        }
        catch (OperationCanceledException)
        {
            // It is not wanted any more.
        }
        catch (GrpcException e)
        {
            failure = e;
        }

        return Loaded(resident, failure);
    }

    private GrpcException? Loaded(ResidentModel? resident, GrpcException? failure)
    {
        Action? ended;
        var isLast = false;
        lock (_gate)
        {
            _loading = null;
            ended = _ended;
            if (resident is null)
            {
                isLast = --_holds == 0;
            }

            if (ended is null && resident is not null)
            {
                _resident = resident;
            }

            foreach (var waiting in _waiting)
            {
                // Whoever waits gets the lease before anybody can free the model again.
                if (ended is null && resident is not null && resident.TryAcquire(out var lease) && !waiting.TrySetResult(lease))
                {
                    lease.Dispose();
                }
            }

            _waiting.Clear();
        }

        if (ended is null)
        {
            if (resident is not null)
            {
                budget.Add(resident);
            }
        }
        else if (resident is not null)
        {
            resident.LetGo();
        }
        else if (isLast)
        {
            ended();
        }

        return failure;
    }

    private void Freed(ResidentModel resident)
    {
        budget.Remove(resident);
        Action? ended;
        bool isLast;
        lock (_gate)
        {
            ended = _ended;
            isLast = --_holds == 0;
            if (ReferenceEquals(_resident, resident))
            {
                _resident = null;
            }
        }

        if (ended is null)
        {
            counters.Evicted();
        }
        else
        {
            counters.Unloaded();
            if (isLast)
            {
                ended();
            }
        }
    }
}
