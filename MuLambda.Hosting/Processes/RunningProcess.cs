using System.Diagnostics;

namespace MuLambda.Hosting.Processes;

/// <summary>A program that was started, with its process group.</summary>
internal sealed class RunningProcess
{
    // What a group may still do after its leader has ended, and how long the end of its output is awaited.
    private static readonly TimeSpan Aftermath = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan KillDeadline = TimeSpan.FromSeconds(2);

    private readonly Process _process;
    private readonly ProcessCommand _command;
    private readonly Watchdog _watchdog;
    private readonly bool _hasGroup;
    private readonly Task _output;

    public RunningProcess(Process process, ProcessCommand command, Watchdog watchdog, bool hasGroup, Action<string> line)
    {
        _process = process;
        _command = command;
        _watchdog = watchdog;
        _hasGroup = hasGroup;
        Id = process.Id;
        _output = Task.WhenAll(
            LineReader.ReadAsync(process.StandardOutput, line),
            LineReader.ReadAsync(process.StandardError, line));
        Exited = ExitAsync();
    }

    /// <summary>Its process id, which is its group's too.</summary>
    public int Id { get; }

    /// <summary>Its exit code, once it and what it left behind have ended.</summary>
    public Task<int> Exited { get; }

    /// <summary>Asks it to end and, if it has not within the time, ends it.</summary>
    public async Task StopAsync(TimeSpan grace)
    {
        var since = Stopwatch.GetTimestamp();
        if (_command.Stop is { } stop)
        {
            try
            {
                await stop(grace);
            }
            catch (Exception e) when (e is DistributedApplicationException or TimeoutException)
            {
                // The engine does not answer: the client process is ended below.
                Signal(Signals.Terminate);
            }
        }
        else
        {
            Signal(Signals.Terminate);
        }

        // An engine that took its time to stop the container leaves a moment for the client to notice.
        var left = grace - Stopwatch.GetElapsedTime(since);
        if (!await EndsWithin(left > Aftermath ? left : Aftermath))
        {
            Kill();
            await EndsWithin(KillDeadline);
        }
    }

    /// <summary>Ends it and its group at once.</summary>
    public void Kill()
    {
        if (_hasGroup)
        {
            Signals.SendToGroup(Id, Signals.Kill);
        }
        else if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }
    }

    private async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync();
        var code = _process.ExitCode;
        if (_hasGroup)
        {
            // Children of the program that ignore its end would keep its ports.
            var since = Stopwatch.GetTimestamp();
            Signals.SendToGroup(Id, Signals.Terminate);
            while (Signals.GroupExists(Id) && Stopwatch.GetElapsedTime(since) < Aftermath)
            {
                await Task.Delay(10);
            }

            Signals.SendToGroup(Id, Signals.Kill);
        }

        // A grandchild in another session may hold the pipes open.
        await Task.WhenAny(_output, Task.Delay(Aftermath));
        _watchdog.Drop(Id);
        _process.Dispose();
        if (_command.CleanUp is { } cleanUp)
        {
            await cleanUp();
        }

        return code;
    }

    private void Signal(int signal)
    {
        if (_hasGroup)
        {
            Signals.SendToGroup(Id, signal);
        }
        else if (OperatingSystem.IsWindows())
        {
            Kill();
        }
        else
        {
            Signals.SendToProcess(Id, signal);
        }
    }

    private async Task<bool> EndsWithin(TimeSpan time) => await Task.WhenAny(Exited, Task.Delay(time)) == Exited;
}
