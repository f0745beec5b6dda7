using System.ComponentModel;
using System.Diagnostics;
using MuLambda.Cli.Commands;
using MuLambda.Cli.Terminal;

namespace MuLambda.Cli.Npm;

/// <summary>The program <c>npm</c>, with the user's own configuration.</summary>
internal sealed class NpmProgram
{
    private const int MaxMessage = 2000;

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(15);
    private static readonly string[] FileNames = OperatingSystem.IsWindows() ? ["npm.cmd", "npm.exe"] : ["npm"];

    private readonly string file;
    private readonly string path;

    private NpmProgram(string file, string path)
    {
        this.file = file;
        this.path = path;
    }

    /// <exception cref="CliException">It is not installed.</exception>
    public static NpmProgram Find(CliConsole console, string needed)
    {
        var path = console.Environment("PATH") ?? "";
        var file = path.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(directory => FileNames.Select(name => Path.Combine(directory, name)))
            .FirstOrDefault(File.Exists);
        return file is not null
            ? new NpmProgram(file, path)
            : throw new CliException(
                ExitCodes.Failed, $"npm, which fetches {needed}, was not found on the PATH: install Node.js 20 or newer, which brings it.");
    }

    /// <summary>Writes a package's archive into a directory.</summary>
    /// <exception cref="CliException">npm failed, or took longer than its deadline.</exception>
    public Task PackAsync(string package, string directory, CancellationToken cancellationToken) =>
        RunAsync(["pack", package, "--pack-destination", directory], package, directory, cancellationToken);

    /// <summary>Installs the packages of a directory's lock file.</summary>
    /// <exception cref="CliException">npm failed, or took longer than its deadline.</exception>
    public Task InstallAsync(string directory, string needed, CancellationToken cancellationToken) =>
        RunAsync(["ci", "--no-audit", "--no-fund"], needed, directory, cancellationToken);

    private async Task RunAsync(string[] arguments, string package, string directory, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Deadline);
        using var process = Start(arguments, directory);
        try
        {
            // Both are read to their ends: a program whose output nobody reads stops.
            var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
            var error = process.StandardError.ReadToEndAsync(deadline.Token);
            await process.WaitForExitAsync(deadline.Token);
            await output;
            var message = (await error).Trim();
            if (process.ExitCode != 0)
            {
                throw new CliException(
                    ExitCodes.Failed,
                    $"npm could not fetch {package} (exit code {process.ExitCode}): {message[..Math.Min(message.Length, MaxMessage)]}");
            }
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CliException(ExitCodes.Unreachable, $"npm did not fetch {package} within {Deadline.TotalMinutes:0} minutes.", e);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private Process Start(string[] arguments, string directory)
    {
        var start = new ProcessStartInfo(file, [.. arguments, "--ignore-scripts", "--no-update-notifier", "--loglevel=error"])
        {
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            Environment = { ["PATH"] = path },
        };
        try
        {
            var process = Process.Start(start)!;
            process.StandardInput.Close();
            return process;
        }
        catch (Win32Exception e)
        {
            throw new CliException(ExitCodes.Failed, $"{file} does not start: {e.Message}", e);
        }
    }
}
