using System.Diagnostics;

namespace MuLambda.Registry.Tests.Hosting;

/// <summary>The registry as the process it is in production.</summary>
internal sealed class RegistryProcess : IDisposable
{
    private readonly Process _process;

    private RegistryProcess(Process process, string url)
    {
        _process = process;
        Client = new RegistryClient(new HttpClient { BaseAddress = new Uri(url), Timeout = Deadline.Time });
    }

    public RegistryClient Client { get; }

    public static async Task<RegistryProcess> StartAsync(
        string state, IReadOnlyDictionary<string, string>? environment = null)
    {
        var process = Launch(["--urls", "http://127.0.0.1:0", "--state", state], environment);
        const string Listening = "Now listening on: ";
        while (await process.StandardOutput.ReadLineAsync(Deadline.Token()) is { } line)
        {
            var at = line.IndexOf(Listening, StringComparison.Ordinal);
            if (at >= 0)
            {
                // Nobody reads the rest, but it must not block the process.
                _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
                return new RegistryProcess(process, line[(at + Listening.Length)..].Trim());
            }
        }

        throw new InvalidOperationException($"The registry did not start: {await process.StandardError.ReadToEndAsync()}");
    }

    /// <summary>Runs it to its end.</summary>
    public static Task<(int Code, string Error)> RunAsync(params string[] arguments) => RunAsync(arguments, null);

    /// <summary>Runs it to its end in an environment.</summary>
    public static async Task<(int Code, string Error)> RunAsync(
        string[] arguments, IReadOnlyDictionary<string, string>? environment)
    {
        using var process = Launch(arguments, environment);
        process.BeginOutputReadLine();
        var error = await process.StandardError.ReadToEndAsync(Deadline.Token());
        await process.WaitForExitAsync(Deadline.Token());
        return (process.ExitCode, error);
    }

    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(Deadline.Token());
    }

    public async Task<int> TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        await kill.WaitForExitAsync(Deadline.Token());
        await _process.WaitForExitAsync(Deadline.Token());
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private static Process Launch(string[] arguments, IReadOnlyDictionary<string, string>? environment)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(typeof(RegistryHost).Assembly.Location);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }
}
