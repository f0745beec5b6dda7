using System.Diagnostics;
using System.Text.Json;
using MuLambda.Executor.Tests.Support;
using MuLambda.Inference.Tests.Graphs;

namespace MuLambda.Executor.Tests;

/// <summary>Runs the Node client once against an executor process, over TCP and over the Unix domain socket.</summary>
public sealed class InteropFixture : IAsyncLifetime
{
    private readonly TempFolder _folder = new();

    /// <summary>What went wrong in each case, or null, by transport and name.</summary>
    internal Dictionary<(string Transport, string Case), string?> Results { get; } = [];

    public async Task InitializeAsync()
    {
        var models = _folder["models"];
        OnnxFiles.HalfPlusTwo(_folder["models/half/1"]);
        OnnxFiles.HalfPlusTwo(_folder["models/other/1"]);
        OnnxFiles.Slow(_folder["models/slow/1"], products: 3_000);
        ExampleModel.Write(_folder["models/examples"]);
        await using var program = await ExecutorProgram.StartAsync(
            "--model", $"half={models}/half", "--model", $"examples={models}/examples", "--model", $"slow={models}/slow",
            "--grpc-socket", _folder["run/e.sock"], "--max-request-bytes", "1000000", "--max-parallel-runs", "2");
        foreach (var (transport, address) in new[] { ("tcp", new Uri(program.Grpc).Authority), ("unix", program.Socket) })
        {
            foreach (var line in await RunAsync(address, models))
            {
                using var result = JsonDocument.Parse(line);
                Results.Add((transport, result.RootElement.GetProperty("name").GetString()!), result.RootElement.GetProperty("error").GetString());
            }
        }
    }

    public Task DisposeAsync()
    {
        _folder.Dispose();
        return Task.CompletedTask;
    }

    private static async Task<string[]> RunAsync(string address, string models)
    {
        var script = Path.Combine(Repository.Root, "tests", "MuLambda.Executor.Tests", "interop", "client.js");
        var protos = Path.Combine(Repository.Root, "platform", "MuLambda.Protocol", "Protos");
        var start = new ProcessStartInfo("node", [script, protos, address, models]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var node = Process.Start(start)!;
        using var deadline = new CancellationTokenSource(3 * RunningExecutor.Patience);
        try
        {
            var output = node.StandardOutput.ReadToEndAsync(deadline.Token);
            var errors = await node.StandardError.ReadToEndAsync(deadline.Token);
            await node.WaitForExitAsync(deadline.Token);
            node.ExitCode.ShouldBe(0, errors);
            return (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
        finally
        {
            if (!node.HasExited)
            {
                node.Kill();
            }
        }
    }
}
