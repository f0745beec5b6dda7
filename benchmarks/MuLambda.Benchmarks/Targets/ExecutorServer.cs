using System.Globalization;
using MuLambda.Protocol.Grpc;

namespace MuLambda.Benchmarks.Targets;

/// <summary>The executor with one model.</summary>
internal sealed class ExecutorServer : IAsyncDisposable
{
    private readonly ServerProcess process;
    private readonly DirectoryInfo folder;

    private ExecutorServer(ServerProcess process, DirectoryInfo folder, int http, int grpc, string model)
    {
        this.process = process;
        this.folder = folder;
        Socket = "unix:" + SocketIn(folder);
        Grpc = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{grpc}");
        Predict = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{http}/v1/models/{model}:predict"));
    }

    public string Socket { get; }

    public string Grpc { get; }

    public Uri Predict { get; }

    /// <summary>The processor time that it has taken so far.</summary>
    public TimeSpan ProcessorTime => process.ProcessorTime;

    /// <summary>Starts it and waits until it listens.</summary>
    public static async Task<ExecutorServer> StartAsync(BenchmarkModel model)
    {
        var folder = Directory.CreateTempSubdirectory("mulambda-bench-");
        var (http, grpc) = (FreePort.Next(), FreePort.Next());
        var (process, _) = await ServerProcess.StartAsync(
            "dotnet",
            [
                "exec", Path.Combine(Repository.Executor, "MuLambda.Executor.dll"),
                "--model", $"{model.Name}={model.Path}",
                "--http-port", http.ToString(CultureInfo.InvariantCulture),
                "--grpc-port", grpc.ToString(CultureInfo.InvariantCulture),
                "--grpc-socket", SocketIn(folder),
                "--cache", Path.Combine(folder.FullName, "cache"),
            ],
            "REST on ");
        return new ExecutorServer(process, folder, http, grpc, model.Name);
    }

    /// <summary>Waits until it answers, which it does once it has loaded the model.</summary>
    public async Task UntilAnsweredAsync(Payload payload)
    {
        using var target = new GrpcTarget("start", Socket);
        await using var caller = target.CreateCaller(payload);
        for (var deadline = DateTime.UtcNow.AddMinutes(1); ;)
        {
            try
            {
                await caller.CallAsync();
                return;
            }
            catch (GrpcException e) when (e.StatusCode == StatusCode.Unavailable && DateTime.UtcNow < deadline)
            {
                await Task.Delay(2);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await process.DisposeAsync();
        folder.Delete(recursive: true);
    }

    private static string SocketIn(DirectoryInfo folder) => Path.Combine(folder.FullName, "grpc.sock");
}
