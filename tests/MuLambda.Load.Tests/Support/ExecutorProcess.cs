using System.Diagnostics;
using System.Text.RegularExpressions;
using System.Threading.Channels;

namespace MuLambda.Load.Tests.Support;

/// <summary>The executor itself, as a process with one of the digit classifiers.</summary>
public sealed partial class ExecutorProcess : IAsyncLifetime
{
    public const string Model = "digits-linear";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Channel<string> _output = Channel.CreateUnbounded<string>();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ml-");
    private Process _process = null!;

    public Uri Rest { get; private set; } = null!;

    public string Grpc { get; private set; } = "";

    /// <summary>Images that the model takes.</summary>
    public static string Samples => Path.Combine(Root(), "models", "digits", "samples");

    public async Task InitializeAsync()
    {
        var start = new ProcessStartInfo("dotnet",
        [
            "exec", Program(), "--model", $"{Model}={Path.Combine(Root(), "models", "digits", Model)}",
            "--http-port", "0", "--grpc-port", "0", "--cache", Path.Combine(_folder.FullName, "cache"),
        ])
        {
            RedirectStandardOutput = true,
        };
        start.Environment.Remove("ASPNETCORE_URLS");
        start.Environment.Remove("GRPC_PORT");
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => _output.Writer.TryWrite(line.Data ?? "");
        _process.BeginOutputReadLine();
        var addresses = Listening().Match(await LineAsync("REST on "));
        (Rest, Grpc) = (new Uri(addresses.Groups["rest"].Value), addresses.Groups["grpc"].Value);
        await LineAsync("Loaded ");
    }

    public async Task DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    private async Task<string> LineAsync(string part)
    {
        using var deadline = new CancellationTokenSource(Patience);
        await foreach (var line in _output.Reader.ReadAllAsync(deadline.Token))
        {
            if (line.Contains(part, StringComparison.Ordinal))
            {
                return line;
            }
        }

        throw new InvalidOperationException("The executor ended.");
    }

    // Built as these tests are: bin, the configuration and the framework are the last three names of both folders.
    private static string Program()
    {
        var names = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory).Split(Path.DirectorySeparatorChar);
        return Path.Combine([Root(), "services", "executor", "MuLambda.Executor", .. names[^3..], "MuLambda.Executor.dll"]);
    }

    private static string Root()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "MuLambda.Aspire.sln")))
            {
                return directory.FullName;
            }
        }

        throw new DirectoryNotFoundException("The tests run outside of the repository.");
    }

    [GeneratedRegex(@"REST on (?<rest>\S+); gRPC on (?<grpc>http[^\s,]+)")]
    private static partial Regex Listening();
}
