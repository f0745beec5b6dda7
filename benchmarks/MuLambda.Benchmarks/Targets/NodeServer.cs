using System.Globalization;
using System.Diagnostics;
using MuLambda.Inference;

namespace MuLambda.Benchmarks.Targets;

/// <summary>The same graph behind Node's HTTP server with onnxruntime-node.</summary>
internal sealed class NodeServer : IAsyncDisposable
{
    private readonly ServerProcess process;
    private readonly DirectoryInfo folder;

    private NodeServer(ServerProcess process, DirectoryInfo folder, string port)
    {
        this.process = process;
        this.folder = folder;
        Predict = new Uri($"http://127.0.0.1:{port}/predict");
    }

    public Uri Predict { get; }

    /// <summary>Installs what it needs where that is not there yet, and starts it.</summary>
    public static async Task<NodeServer> StartAsync(BenchmarkModel model)
    {
        await InstallAsync();
        var folder = Directory.CreateTempSubdirectory("mulambda-bench-");
        var file = Path.Combine(folder.FullName, "model.onnx");
        await File.WriteAllBytesAsync(file, ModelLoader.Translate(model.Path, ModelFormats.DefaultSignature));
        var (process, line) = await ServerProcess.StartAsync("node", [Path.Combine(Repository.NodeServer, "server.mjs"), file], "listening on ");
        return new NodeServer(process, folder, line.Split(' ')[^1]);
    }

    public async ValueTask DisposeAsync()
    {
        await process.DisposeAsync();
        folder.Delete(recursive: true);
    }

    private static async Task InstallAsync()
    {
        if (Directory.Exists(Path.Combine(Repository.NodeServer, "node_modules", "onnxruntime-node")))
        {
            return;
        }

        var start = new ProcessStartInfo("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
        {
            WorkingDirectory = Repository.NodeServer,
            RedirectStandardOutput = true,
        };
        using var npm = Process.Start(start)!;
        await npm.StandardOutput.ReadToEndAsync();
        await npm.WaitForExitAsync();
        if (npm.ExitCode != 0)
        {
            throw new InvalidOperationException(
                string.Create(CultureInfo.InvariantCulture, $"npm ci in {Repository.NodeServer} ended with {npm.ExitCode}."));
        }
    }
}
