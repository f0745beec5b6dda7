using MuLambda.Protocol.Grpc;
using MuLambda.Scaling;

namespace MuLambda.Scaler.Local;

/// <summary>
/// Runs executors as processes of this machine. Each has a directory with its record, which is written before its process is started, and its process
/// writes down by itself who it is; so whoever takes the state directory over, after whatever end of the launcher before, knows all of them.
/// </summary>
internal sealed partial class LocalLauncher : ILauncher, IDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan HurriedPace = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan TellAgain = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestRenewal = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, LocalExecutor> _executors = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _wake = new(0, 1);
    private readonly LocalLauncherOptions _options;
    private readonly ControlGroups? _groups;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private StateLock? _lock;

    public LocalLauncher(LocalLauncherOptions options, ControlGroups? groups, TimeProvider time, ILogger<LocalLauncher> logger) =>
        (_options, _groups, _time, _logger) = (options, groups, time, logger);

    public event Action? Changed;

    public string Node => _options.Node;

    /// <summary>Whether the executors' files are renewed; where they are not, the executors end by themselves.</summary>
    public bool KeepsAlive { get; set; } = true;

    private string Executors => Path.Combine(_options.State, "executors");

    /// <summary>Takes the state directory over with all executors in it, and looks at each.</summary>
    /// <returns>False where another launcher has it.</returns>
    public async Task<bool> TryTakeOverAsync(CancellationToken cancellationToken)
    {
        List<LocalExecutor> adopted;
        lock (_gate)
        {
            if (_lock is not null)
            {
                return true;
            }

            if (StateLock.TryTake(_options.State) is not { } taken)
            {
                return false;
            }

            _lock = taken;
            ExecutorDirectory.Create(Executors);
            foreach (var directory in Directory.EnumerateDirectories(Executors))
            {
                Adopt(new ExecutorDirectory(directory));
            }

            adopted = [.. _executors.Values];
        }

        // What is listed from now on is as it is, not as it was written down.
        foreach (var executor in adopted)
        {
            await executor.LookAsync(cancellationToken);
        }

        return true;
    }

    /// <summary>Accompanies the executors until cancelled; they stay.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var renewal = _options.KeepAlive / 4 < LongestRenewal ? _options.KeepAlive / 4 : LongestRenewal;
        var renewed = long.MinValue;
        try
        {
            while (true)
            {
                var all = All();
                if (KeepsAlive && (renewed == long.MinValue || _time.GetElapsedTime(renewed) >= renewal))
                {
                    all.ForEach(executor => executor.Files.Touch());
                    renewed = _time.GetTimestamp();
                }

                var changed = false;
                foreach (var executor in all)
                {
                    changed |= await executor.LookAsync(cancellationToken);
                    Tell(executor, cancellationToken);
                }

                if (changed)
                {
                    Changed?.Invoke();
                }

                var pace = all.Exists(executor => executor.IsComing) ? HurriedPace : Pace < renewal ? Pace : renewal;
                await _wake.WaitAsync(pace, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
    }

    public IReadOnlyList<LaunchedExecutor> List()
    {
        lock (_gate)
        {
            return [.. _executors.Values.Where(executor => !executor.IsRetiring).Select(executor => executor.Describe())];
        }
    }

    public Task LaunchAsync(LaunchSpec spec, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(spec);
        lock (_gate)
        {
            if (_lock is null)
            {
                throw new LaunchException("Another scaler has the state directory.");
            }

            if (_executors.TryGetValue(spec.Id, out var there))
            {
                there.Give(spec.Models, _time.GetUtcNow());
            }
            else
            {
                _executors.Add(spec.Id, Start(spec));
            }
        }

        Wake();
        return Task.CompletedTask;
    }

    public async Task RetireAsync(string id, TimeSpan grace, CancellationToken cancellationToken)
    {
        LocalExecutor? executor;
        lock (_gate)
        {
            if (!_executors.TryGetValue(id, out executor) || executor.IsRetiring)
            {
                return;
            }

            executor.IsRetiring = true;
        }

        LogRetiring(id);
        executor.Signal(Signals.Terminate);
        var since = _time.GetTimestamp();
        while (executor.Ended is null)
        {
            if (_time.GetElapsedTime(since) >= grace || cancellationToken.IsCancellationRequested)
            {
                LogKilled(id);
                executor.Signal(Signals.Kill);
            }

            await Task.Delay(HurriedPace, _time, CancellationToken.None);
            await executor.LookAsync(CancellationToken.None);
        }

        Remove(id, executor);
        Changed?.Invoke();
    }

    public void Forget(string id)
    {
        lock (_gate)
        {
            if (_executors.TryGetValue(id, out var executor) && executor.Ended is not null)
            {
                Remove(id, executor);
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _lock?.Dispose();
            _lock = null;
        }
    }

    private void Adopt(ExecutorDirectory files)
    {
        // Without a record no process was started.
        if (files.ReadRecord() is not { } record)
        {
            files.Delete();
            return;
        }

        // Before anything else: it may be about to end itself.
        files.Touch();
        _executors.Add(record.Id, new LocalExecutor(record, files));
        LogAdopted(record.Id);
    }

    private LocalExecutor Start(LaunchSpec spec)
    {
        var now = _time.GetUtcNow();
        var files = new ExecutorDirectory(Path.Combine(Executors, spec.Id));
        try
        {
            var taken = _executors.Values.SelectMany(other => (int[])[other.Record.RestPort, other.Record.GrpcPort]).ToHashSet();
            var ports = FreePorts.Find(2, taken);
            var record = new LaunchRecord(
                spec.Id, now, ports[0], ports[1], SocketOf(spec.Id), [.. spec.Models.Select(model => new GivenModel(model, now))]);
            files.Write(record);
            files.Touch();
            var executor = new LocalExecutor(record, files) { Cgroup = _groups?.TryAdd(spec.Id), Told = record.Models };
            executor.Child = ExecutorProcess.Start(record, files, executor.Cgroup, _options);
            LogLaunched(spec.Id, executor.Child.Id, string.Join(", ", spec.Models.Select(model => model.Name)));
            return executor;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or LaunchException)
        {
            files.Delete();
            throw e as LaunchException ?? new LaunchException(e.Message, e);
        }
    }

    private string? SocketOf(string id)
    {
        if (_options.Sockets is not { } directory)
        {
            return null;
        }

        var path = Path.Combine(directory, id + ".sock");
        if (GrpcAddress.ValidateSocketPath(path) is not null)
        {
            return null;
        }

        ExecutorDirectory.Create(directory);
        return path;
    }

    private void Remove(string id, LocalExecutor executor)
    {
        lock (_gate)
        {
            _executors.Remove(id);
        }

        executor.Delete();
        if (executor.Cgroup is not null)
        {
            _groups?.Remove(id);
        }
    }

    private List<LocalExecutor> All()
    {
        lock (_gate)
        {
            return [.. _executors.Values];
        }
    }

    private void Wake()
    {
        try
        {
            _wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is awake already.
        }
    }
}
