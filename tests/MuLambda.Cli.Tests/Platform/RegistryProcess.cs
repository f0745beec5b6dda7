using System.Diagnostics;

namespace MuLambda.Cli.Tests.Platform;

/// <summary>The registry itself, as its own process with a state directory of its own.</summary>
public sealed class RegistryProcess : IAsyncLifetime
{
    private const string Listening = "Now listening on: ";

    private readonly DirectoryInfo _state = Directory.CreateTempSubdirectory("mulambda-registry-");
    private readonly TaskCompletionSource<string> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Process _process = null!;

    public string Address { get; private set; } = "";

    public async Task InitializeAsync()
    {
        var start = new ProcessStartInfo("dotnet",
        [
            Path.Combine(AppContext.BaseDirectory, "MuLambda.Registry.dll"), "--urls", "http://127.0.0.1:0", "--state", _state.FullName,
        ])
        {
            RedirectStandardOutput = true,
        };
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is null)
            {
                _address.TrySetException(new InvalidOperationException("The registry ended before it listened."));
            }
            else if (line.Data.IndexOf(Listening, StringComparison.Ordinal) is var at and >= 0)
            {
                _address.TrySetResult(line.Data[(at + Listening.Length)..].Trim());
            }
        };
        _process.BeginOutputReadLine();
        Address = await _address.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    public async Task DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _state.Delete(recursive: true);
    }
}
