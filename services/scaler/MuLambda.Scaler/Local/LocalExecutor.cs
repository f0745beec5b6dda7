using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using MuLambda.Catalog;
using MuLambda.Scaling;

namespace MuLambda.Scaler.Local;

/// <summary>One executor on this machine, as its files, its process and its answers tell. Safe for concurrent use.</summary>
internal sealed class LocalExecutor
{
    private readonly Lock _gate = new();
    private readonly PhasesReader _phases;
    private readonly Dictionary<string, ModelProgress> _configured = new(StringComparer.Ordinal);
    private ProcessIdentity? _identity;

    public LocalExecutor(LaunchRecord record, ExecutorDirectory files)
    {
        (Record, Files) = (record, files);
        _phases = new PhasesReader(files.Phases);
    }

    public LaunchRecord Record { get; private set; }

    public ExecutorDirectory Files { get; }

    /// <summary>Its process where this launcher started it; null for an adopted one.</summary>
    public Process? Child { get; set; }

    public string? Cgroup { get; set; }

    public bool IsListening { get; private set; }

    /// <summary>How it ended; null while it runs.</summary>
    public string? Ended { get; private set; }

    public bool IsRetiring { get; set; }

    /// <summary>The models it was last told of; null where it has to be told.</summary>
    public IReadOnlyList<GivenModel>? Told { get; set; }

    /// <summary>Whether something is expected of it soon.</summary>
    public bool IsComing
    {
        get
        {
            lock (_gate)
            {
                return Ended is null && !IsRetiring && (!IsListening || Record.Models.Any(given => !IsSettled(Progress(given))));
            }
        }
    }

    public string GrpcAddress => Record.Socket is { } socket && File.Exists(socket)
        ? "unix:" + socket
        : string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Record.GrpcPort}");

    /// <summary>Writes down what it is to serve.</summary>
    public void Give(IReadOnlyList<PlacedModel> models, DateTimeOffset now)
    {
        var record = Record with
        {
            Models = [.. models.Select(model => Record.Models.FirstOrDefault(given => given.Model == model) ?? new GivenModel(model, now))],
        };
        Files.Write(record);
        lock (_gate)
        {
            Record = record;
            foreach (var gone in _configured.Keys.Where(name => !models.Any(model => model.Name == name)).ToList())
            {
                _configured.Remove(gone);
            }
        }
    }

    /// <summary>It said that it serves these models, or why it cannot.</summary>
    public void Answered(IReadOnlyList<GivenModel> models, DateTimeOffset now, string? error)
    {
        lock (_gate)
        {
            foreach (var given in models.Where(given => Record.Models.Contains(given) && !IsSettled(Progress(given))))
            {
                _configured[given.Model.Name] = new ModelProgress(
                    given.Model.Name, given.Model.Version, error is null ? LaunchPhase.Ready : LaunchPhase.Loading, now, error);
            }
        }
    }

    /// <summary>Looks at it.</summary>
    /// <returns>Whether anything has changed.</returns>
    public async Task<bool> LookAsync(CancellationToken cancellationToken)
    {
        bool changed;
        lock (_gate)
        {
            if (Ended is not null)
            {
                return false;
            }

            changed = _phases.Read();
            _identity ??= Files.ReadProcess();
            if (!IsAlive())
            {
                Ended = DescribeEnd();
                return true;
            }
        }

        if (!IsListening && await AnswersAsync(Record.RestPort, cancellationToken))
        {
            IsListening = changed = true;
        }

        return changed;
    }

    public LaunchedExecutor Describe()
    {
        lock (_gate)
        {
            return new LaunchedExecutor(
                Record.Id,
                [.. Record.Models.Select(given => new LaunchedModel(given.Model, given.At, Progress(given)))],
                new ExecutorEndpoints(
                    string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Record.RestPort}"),
                    string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Record.GrpcPort}"),
                    Record.Socket is { } socket && File.Exists(socket) ? socket : null),
                Record.LaunchedAt,
                IsListening,
                Ended);
        }
    }

    public void Signal(int signal)
    {
        _identity ??= Files.ReadProcess();
        if (_identity is { } identity)
        {
            identity.Signal(signal);
        }
        else if (Child is { HasExited: false } child)
        {
            Signals.Send(child.Id, signal);
        }
    }

    public void Delete()
    {
        Child?.Dispose();
        Child = null;
        Files.Delete();
        if (Record.Socket is { } socket)
        {
            File.Delete(socket);
        }
    }

    private static bool IsSettled(List<ModelProgress> progress) =>
        progress.Count > 0 && (progress[^1].Phase == LaunchPhase.Ready || progress[^1].Error is not null);

    private List<ModelProgress> Progress(GivenModel given)
    {
        // What it told before it was given the model this time is of an earlier time.
        var progress = _phases.Lines.Where(line => line.Model == given.Model.Name && line.At >= given.At).ToList();
        if (!IsSettled(progress) && _configured.GetValueOrDefault(given.Model.Name) is { } answered)
        {
            progress.Add(answered);
        }

        return progress;
    }

    // One that this launcher started is its child, which may not have said yet who it is; of an adopted one only the file tells.
    private bool IsAlive() => _identity is { } identity ? identity.IsAlive : Child is { HasExited: false } || !Abandoned();

    private bool Abandoned()
    {
        if (Files.TryAbandon())
        {
            return true;
        }

        _identity = Files.ReadProcess();
        return _identity?.IsAlive is not true;
    }

    private string DescribeEnd()
    {
        // A process that is gone is not always known to be so at once.
        Child?.WaitForExit(TimeSpan.FromMilliseconds(100));
        var how = Child is { HasExited: true } child
            ? string.Create(CultureInfo.InvariantCulture, $"It ended with exit code {child.ExitCode}")
            : "It ended";
        return Files.LastLine() is { } line ? $"{how}: {line}" : how + ".";
    }

    private static async Task<bool> AnswersAsync(int port, CancellationToken cancellationToken)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
