using System.ComponentModel;
using System.Diagnostics;
using MuLambda.Hosting.Processes;

namespace MuLambda.Hosting.Containers;

/// <summary>The program that runs containers.</summary>
internal sealed class ContainerEngine
{
    private static readonly TimeSpan DetectionDeadline = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan CommandDeadline = TimeSpan.FromSeconds(5);

    private ContainerEngine(string command) => Command = command;

    /// <summary>Its path.</summary>
    public string Command { get; }

    /// <summary>The first engine that answers, or null.</summary>
    /// <param name="wanted">The only one to ask; <c>none</c> for none; docker and podman when null or empty.</param>
    public static async Task<ContainerEngine?> DetectAsync(string? wanted)
    {
        string[] candidates = wanted switch
        {
            null or "" => ["docker", "podman"],
            "none" => [],
            _ => [wanted],
        };
        foreach (var candidate in candidates)
        {
            if (Executables.Find(candidate, Directory.GetCurrentDirectory()) is { } path
                && await TryRunAsync(path, DetectionDeadline, "info"))
            {
                return new ContainerEngine(path);
            }
        }

        return null;
    }

    /// <summary>Removes a container, running or not.</summary>
    public Task RemoveAsync(string name) => TryRunAsync(Command, CommandDeadline, "rm", "-f", name);

    /// <summary>Stops a container: asks it, and ends it after the time.</summary>
    public async Task StopAsync(string name, TimeSpan grace)
    {
        // The engine gets a little less, so that it still answers in time.
        var seconds = Math.Max(1, (int)(grace.TotalSeconds - 0.5));
        if (!await TryRunAsync(Command, grace, "stop", "-t", $"{seconds}", name))
        {
            throw new DistributedApplicationException($"Container {name} did not stop.");
        }
    }

    private static async Task<bool> TryRunAsync(string command, TimeSpan deadline, params string[] args)
    {
        var start = new ProcessStartInfo(command, args)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using var process = Process.Start(start)!;
            process.StandardInput.Close();
            // What it says does not matter, but it must be able to say it.
            var output = Task.WhenAll(process.StandardOutput.BaseStream.CopyToAsync(Stream.Null), process.StandardError.BaseStream.CopyToAsync(Stream.Null));
            using var timeout = new CancellationTokenSource(deadline);
            try
            {
                await process.WaitForExitAsync(timeout.Token);
                await output.WaitAsync(timeout.Token);
                return process.ExitCode == 0;
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                return false;
            }
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
