using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using System.Threading.Channels;

namespace MuLambda.Executor.Tests.Support;

/// <summary>The executor as a process of its own.</summary>
internal sealed partial class ExecutorProgram : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Channel<string> _output = Channel.CreateUnbounded<string>();
    private readonly List<string> _seen = [];

    private ExecutorProgram(Process process)
    {
        _process = process;
        process.OutputDataReceived += Received;
        process.ErrorDataReceived += Received;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string Rest { get; private set; } = string.Empty;

    public string Grpc { get; private set; } = string.Empty;

    public string Socket { get; private set; } = string.Empty;

    /// <summary>Starts it and waits until it listens and has loaded every model.</summary>
    public static Task<ExecutorProgram> StartAsync(IReadOnlyDictionary<string, string> environment, params string[] args) =>
        StartAsync(environment, loaded: true, args);

    private static async Task<ExecutorProgram> StartAsync(IReadOnlyDictionary<string, string> environment, bool loaded, string[] args)
    {
        var program = Run(environment, args);
        var addresses = Listening().Match(await program.LineAsync("REST on "));
        program.Rest = addresses.Groups["rest"].Value;
        program.Grpc = addresses.Groups["grpc"].Value;
        program.Socket = addresses.Groups["socket"].Value;
        for (var models = loaded ? args.Count(a => a == "--model") : 0; models > 0; models--)
        {
            await program.LineAsync("Loaded ");
        }

        return program;
    }

    public static Task<ExecutorProgram> StartAsync(params string[] args) => StartAsync(loaded: true, args);

    /// <summary>Starts it and waits until it listens, and if so wanted until it has loaded every model.</summary>
    public static Task<ExecutorProgram> StartAsync(bool loaded, string[] args) =>
        StartAsync(new Dictionary<string, string>(), loaded, ["--http-port", "0", "--grpc-port", "0", .. args]);

    /// <summary>Runs it to its end.</summary>
    public static async Task<(int ExitCode, string Output)> RunToEndAsync(params string[] args)
    {
        await using var program = Run(new Dictionary<string, string>(), args);
        return (await program.ExitAsync(), string.Join('\n', program._seen));
    }

    /// <summary>Waits until a request runs or waits.</summary>
    public async Task InFlightAsync()
    {
        using var http = new HttpClient();
        using var deadline = new CancellationTokenSource(RunningExecutor.Patience);
        while ((await http.GetStringAsync($"{Rest}/monitoring/prometheus/metrics", deadline.Token))
            .Contains("mulambda_executor_requests_in_flight 0\n", StringComparison.Ordinal))
        {
            deadline.Token.ThrowIfCancellationRequested();
        }
    }

    public void Terminate()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
        kill.ExitCode.ShouldBe(0);
    }

    public void Kill() => _process.Kill();

    public async Task<int> ExitAsync()
    {
        using var deadline = new CancellationTokenSource(RunningExecutor.Patience);
        await _process.WaitForExitAsync(deadline.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await ExitAsync();
        }

        _process.Dispose();
    }

    private static ExecutorProgram Run(IReadOnlyDictionary<string, string> environment, string[] args)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "MuLambda.Executor.dll"), .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("ASPNETCORE_URLS");
        start.Environment.Remove("GRPC_PORT");
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new ExecutorProgram(Process.Start(start)!);
    }

    private void Received(object sender, DataReceivedEventArgs e)
    {
        if (e.Data is { } line)
        {
            lock (_seen)
            {
                _seen.Add(line);
            }

            _output.Writer.TryWrite(line);
        }
    }

    private async Task<string> LineAsync(string part)
    {
        using var deadline = new CancellationTokenSource(RunningExecutor.Patience);
        try
        {
            while (true)
            {
                var line = await _output.Reader.ReadAsync(deadline.Token);
                if (line.Contains(part, StringComparison.Ordinal))
                {
                    return line;
                }
            }
        }
        catch (OperationCanceledException)
        {
            lock (_seen)
            {
                throw new TimeoutException($"No '{part}' in:\n{string.Join('\n', _seen)}");
            }
        }
    }

    [GeneratedRegex(@"REST on (?<rest>[^\s,;]+)[^;]*; gRPC on (?<grpc>[^\s,]+)(, (?<socket>\S+))?$")]
    private static partial Regex Listening();
}
