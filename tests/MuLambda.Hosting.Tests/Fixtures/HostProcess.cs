using System.Diagnostics;
using System.Text.Json;

namespace MuLambda.Hosting.Tests.Fixtures;

/// <summary>The AppHost of <see cref="Program"/> as a process of its own.</summary>
internal sealed class HostProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly SharedWriter _output = new();
    private readonly CancellationTokenSource _deadline = new(TimeSpan.FromSeconds(60));

    private HostProcess(string directory, string script, string[] args)
    {
        Directory = directory;
        string[] state = args.Contains("--state") ? [] : ["--state", State];
        string[] command = ["exec", typeof(HostProcess).Assembly.Location, "--container-command", "none", .. state, .. args];
        _process = new Process
        {
            StartInfo = new ProcessStartInfo("dotnet", command)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                Environment = { ["FIXTURE_SCRIPT"] = script },
            },
        };
        _process.OutputDataReceived += (_, e) => _output.WriteLine(e.Data ?? "");
        _process.ErrorDataReceived += (_, e) => _output.WriteLine(e.Data ?? "");
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Directory { get; }

    public string State => Path.Combine(Directory, "state");

    public int Id => _process.Id;

    public string Output => _output.Text;

    public CancellationToken Deadline => _deadline.Token;

    public static HostProcess Start(string directory, string script, params string[] args) => new(directory, script, args);

    public static string NewDirectory() => System.IO.Directory.CreateTempSubdirectory("hosting-").FullName;

    public async Task UntilHealthyAsync()
    {
        while (!Output.Contains("MuLambda is healthy: 2 resources in ", StringComparison.Ordinal))
        {
            _process.HasExited.ShouldBeFalse(Output);
            await _output.ChangedAsync(Deadline);
        }
    }

    public async Task<int> ExitCodeAsync()
    {
        await _process.WaitForExitAsync(Deadline);
        return _process.ExitCode;
    }

    public int PidOf(string resource) =>
        JsonDocument.Parse(File.ReadAllText(Path.Combine(State, "endpoints.json"))).RootElement
            .GetProperty("resources").GetProperty(resource).GetProperty("pid").GetInt32();

    /// <summary>SIGTERM, as Ctrl+C or a service manager does.</summary>
    public void Terminate() => Processes.Signals.SendToProcess(Id, Processes.Signals.Terminate);

    public void Kill() => _process.Kill();

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync(Deadline);
        }

        _process.Dispose();
        _deadline.Dispose();
        if (System.IO.Directory.Exists(Directory))
        {
            System.IO.Directory.Delete(Directory, recursive: true);
        }
    }
}
