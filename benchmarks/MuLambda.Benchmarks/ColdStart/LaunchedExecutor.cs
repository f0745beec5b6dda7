using System.Diagnostics;
using System.Globalization;
using MuLambda.Benchmarks.Targets;
using MuLambda.Protocol.Grpc;
using MuLambda.Protocol.Serving;

namespace MuLambda.Benchmarks.ColdStart;

/// <summary>An executor as a launcher starts it, and the clock that runs from the decision.</summary>
internal sealed class LaunchedExecutor : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(1);

    private readonly string folder;
    private readonly List<string> args;
    private ServerProcess? process;

    /// <param name="registry">Where models come from.</param>
    /// <param name="folder">A directory for this executor alone, which has its <c>cache</c>.</param>
    public LaunchedExecutor(Uri registry, string folder)
    {
        this.folder = folder;
        args =
        [
            "exec", Path.Combine(Repository.Executor, "MuLambda.Executor.dll"), "--registry", registry.ToString(), "--cache", Cache,
            "--http-port", FreePort.Next().ToString(CultureInfo.InvariantCulture), "--grpc-port", FreePort.Next().ToString(CultureInfo.InvariantCulture),
            "--grpc-socket", Socket, "--phases-file", Phases,
        ];
    }

    /// <summary>Its cache.</summary>
    public string Cache => Path.Combine(folder, "cache");

    private string Socket => Path.Combine(folder, "grpc.sock");

    private string Phases => Path.Combine(folder, "phases");

    /// <summary>Starts it empty, and leaves it alone for a while, as executors of a pool are: it listens and follows the registry then.</summary>
    public async Task PrestartAsync()
    {
        (process, _) = await ServerProcess.StartAsync("dotnet", args, "REST on ");
        await Task.Delay(Idle);
    }

    /// <summary>Decides that a model is to be served, and asks it as soon as it is.</summary>
    /// <param name="model">The model, of which the registry has version 1.</param>
    /// <param name="payload">The first request.</param>
    public async Task<StartTimes> StartAsync(string model, Payload payload)
    {
        var (decided, start) = (DateTimeOffset.UtcNow, Stopwatch.GetTimestamp());
        var listening = Task.CompletedTask;
        if (process is not null)
        {
            await AddAsync(model);
        }
        else
        {
            listening = LaunchAsync(model);
        }

        var times = await ReadyAsync();
        using (var target = new GrpcTarget("first", "unix:" + Socket))
        {
            await using var caller = target.CreateCaller(payload);
            await caller.CallAsync();
        }

        var total = Stopwatch.GetElapsedTime(start);
        await listening;
        return times.Split(decided, total);
    }

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
        {
            await process.DisposeAsync();
        }
    }

    private async Task LaunchAsync(string model) =>
        (process, _) = await ServerProcess.StartAsync("dotnet", [.. args, "--model", $"{model}@1"], "REST on ");

    private async Task AddAsync(string model)
    {
        var config = new ModelConfig { Name = model, ModelVersionPolicy = new() { Specific = new() { Versions = { 1 } } } };
        using var channel = GrpcChannel.ForAddress("unix:" + Socket);
        await channel.UnaryAsync(
            ModelService.HandleReloadConfigRequest,
            new ReloadConfigRequest { Config = new ModelServerConfig { ModelConfigList = new ModelConfigList { Config = { config } } } });
    }

    private async Task<PhaseTimes> ReadyAsync()
    {
        for (var deadline = DateTime.UtcNow + Patience; DateTime.UtcNow < deadline; await Task.Delay(Poll))
        {
            if (PhaseTimes.TryRead(Phases) is { } times)
            {
                return times;
            }
        }

        throw new TimeoutException($"No model was ready within {Patience.TotalSeconds} s.");
    }
}
