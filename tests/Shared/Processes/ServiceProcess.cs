using System.Diagnostics;
using MuLambda.Catalog.Tests;

namespace MuLambda.Tests.Processes;

/// <summary>A service as the process it is in production.</summary>
internal sealed class ServiceProcess : IDisposable
{
    private readonly Process _process;
    private readonly List<string> _lines;
    private bool _disposed;

    private ServiceProcess(Process process, Uri address, List<string> lines) => (_process, Address, _lines) = (process, address, lines);

    public Uri Address { get; }

    public int Id => _process.Id;

    /// <summary>What it wrote, for the message of a test that fails.</summary>
    public string Output
    {
        get
        {
            lock (_lines)
            {
                return string.Join('\n', _lines);
            }
        }
    }

    /// <summary>Starts it on a port of its own and waits until it listens.</summary>
    /// <param name="assembly">The service's assembly, which lies beside the tests.</param>
    /// <param name="arguments">Its arguments but for the address.</param>
    public static Task<ServiceProcess> StartAsync(string assembly, params string[] arguments) => StartAtAsync("http://127.0.0.1:0", assembly, arguments);

    /// <summary>Starts it where it is told and waits until it listens.</summary>
    /// <param name="url">Where it listens; port 0 for any.</param>
    /// <param name="assembly">The service's assembly, which lies beside the tests.</param>
    /// <param name="arguments">Its arguments but for the address.</param>
    public static async Task<ServiceProcess> StartAtAsync(string url, string assembly, params string[] arguments)
    {
        var process = Process.Start(new ProcessStartInfo(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, assembly), "--urls", url, .. arguments])
        {
            RedirectStandardOutput = true,
        })!;
        const string Listening = "Now listening on: ";
        var lines = new List<string>();
        while (await process.StandardOutput.ReadLineAsync(Deadline.Token()) is { } line)
        {
            lines.Add(line);
            if (line.IndexOf(Listening, StringComparison.Ordinal) is var at and >= 0)
            {
                _ = DrainAsync(process.StandardOutput, lines);
                return new ServiceProcess(process, new Uri(line[(at + Listening.Length)..].Trim()), lines);
            }
        }

        throw new InvalidOperationException($"{assembly} did not start:\n{string.Join('\n', lines)}");
    }

    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(Deadline.Token());
    }

    /// <summary>Ends it with SIGTERM and returns its exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        await kill.WaitForExitAsync(Deadline.Token());
        await _process.WaitForExitAsync(Deadline.Token());
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private static async Task DrainAsync(StreamReader output, List<string> lines)
    {
        while (await output.ReadLineAsync() is { } line)
        {
            lock (lines)
            {
                lines.Add(line);
            }
        }
    }
}
