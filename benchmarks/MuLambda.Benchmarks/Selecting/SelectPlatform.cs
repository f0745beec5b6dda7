using System.Globalization;
using MuLambda.Benchmarks.Targets;
using MuLambda.Catalog;
using MuLambda.Catalog.Http;
using MuLambda.Cli.Models;
using MuLambda.Cli.Terminal;

namespace MuLambda.Benchmarks.Selecting;

/// <summary>
/// A registry with the digit classifiers, executors and clients, and a selector that follows it. Nobody answers at the executors'
/// addresses: a selection never calls them.
/// </summary>
internal sealed class SelectPlatform : IAsyncDisposable
{
    private const string Listening = "Now listening on: ";
    private const int Nodes = 4;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly Traits Digits = new("classification", "image", "label");

    private readonly DirectoryInfo state = Directory.CreateTempSubdirectory("mulambda-bench-");
    private readonly List<ServerProcess> processes = [];

    private SelectPlatform()
    {
    }

    /// <summary>Where the selector answers.</summary>
    public Uri Selector { get; private set; } = null!;

    /// <summary>The processor time that the selector has taken so far.</summary>
    public TimeSpan SelectorProcessorTime => processes[^1].ProcessorTime;

    /// <summary>The clients' ids.</summary>
    public IReadOnlyList<string> Clients { get; } = ["accurate", "balanced", "fast", "strict"];

    /// <summary>Starts it and waits until the selector knows every executor.</summary>
    public static async Task<SelectPlatform> StartAsync(SelectOptions options, Action<string> progress)
    {
        var platform = new SelectPlatform();
        try
        {
            progress("starting the registry");
            var registry = await platform.StartAsync("Registry", "--state", platform.state.FullName);
            await platform.FillAsync(registry, options, progress);
            progress("starting the selector");
            platform.Selector = await platform.StartAsync(
                "Selector",
                [
                    $"--Selector:Registry={registry}", $"--Selector:Policy={options.Policy}", "--Selector:ConstantEndpoint=true",
                    .. options.SelectorArguments,
                ]);
            await platform.UntilFollowedAsync(options.Executors);
            return platform;
        }
        catch
        {
            await platform.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in Enumerable.Reverse(processes))
        {
            await process.DisposeAsync();
        }

        state.Delete(recursive: true);
    }

    private async Task<Uri> StartAsync(string service, params string[] args)
    {
        var (process, line) = await ServerProcess.StartAsync(
            "dotnet", ["exec", Repository.Service(service), "--urls", "http://127.0.0.1:0", .. args], Listening);
        processes.Add(process);
        return new Uri(line[(line.IndexOf(Listening, StringComparison.Ordinal) + Listening.Length)..].Trim());
    }

    private async Task FillAsync(Uri address, SelectOptions options, Action<string> progress)
    {
        using var http = new HttpClient { BaseAddress = address, Timeout = Patience };
        var registry = new RegistryClient(http);
        var models = new List<ModelReference>();
        foreach (var entry in Zoo.Find(CliConsole.OfProcess() with { CurrentDirectory = Repository.Root }, "digits"))
        {
            progress($"uploading {entry.Upload.Name}");
            using var package = await ModelPackage.OpenAsync(entry.Path, CancellationToken.None);
            models.Add((await registry.PutModelAsync(entry.Upload, package.Content)).Value.Reference);
        }

        progress(string.Create(CultureInfo.InvariantCulture, $"registering {options.Executors} executors"));
        for (var i = 0; i < options.Executors; i++)
        {
            await registry.PutExecutorAsync(new Executor(
                $"executor-{i}", $"node-{i % Nodes}", [models[i % models.Count]],
                new ExecutorEndpoints($"http://10.0.{i / 256}.{i % 256}:8501", $"http://10.0.{i / 256}.{i % 256}:8500"),
                ExecutorState.Ready, LeaseSeconds: Leases.MaxSeconds));
        }

        Preference[] desired = [new(0, 1), new(0.5, 0.5), new(1, 0), new(0.8, 0.2)];
        foreach (var (i, client) in Clients.Index())
        {
            await registry.PutClientAsync(new Catalog.Client(
                client, new Criteria(Digits, desired[i], client == "strict" ? new Bounds(MinAccuracy: 0.93) : null)));
        }

        for (var node = 0; node < Nodes; node++)
        {
            await registry.PutLatenciesAsync(
                $"node-{node}",
                [.. Clients.Select((c, i) => new LatencyReport($"node-{node}", c, 1 + ((node + i) % Nodes), 8, 20, DateTimeOffset.UtcNow))]);
        }
    }

    private async Task UntilFollowedAsync(int executors)
    {
        using var http = new HttpClient { BaseAddress = Selector, Timeout = Patience };
        using var deadline = new CancellationTokenSource(Patience);
        foreach (var client in Clients)
        {
            // The catalog comes as one snapshot, so this waits once at most.
            while (true)
            {
                using var answer = await http.GetAsync(new Uri($"/v1/candidates?client={client}", UriKind.Relative), deadline.Token);
                var text = await answer.Content.ReadAsStringAsync(deadline.Token);
                if (answer.IsSuccessStatusCode && text.Split("\"executor\":").Length == executors + 1)
                {
                    break;
                }

                await Task.Delay(20, deadline.Token);
            }
        }
    }
}
