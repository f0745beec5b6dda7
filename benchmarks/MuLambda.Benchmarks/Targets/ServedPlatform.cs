using MuLambda.Catalog;
using MuLambda.Catalog.Http;
using MuLambda.Cli.Models;

namespace MuLambda.Benchmarks.Targets;

/// <summary>
/// A registry, one executor with one model, a client with the model's name (so the same request can be sent to an executor and to a selector), and
/// the selectors that are started beside them.
/// </summary>
internal sealed class ServedPlatform : IAsyncDisposable
{
    private const string Listening = "Now listening on: ";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly DirectoryInfo state = Directory.CreateTempSubdirectory("mulambda-bench-");
    private readonly List<IAsyncDisposable> processes = [];
    private readonly Catalog.Client client;
    private readonly List<SelectorServer> selectors = [];
    private Uri registry = null!;

    private ServedPlatform(BenchmarkModel model) =>
        client = new Catalog.Client(model.Name, new Criteria(model.Upload.Traits, new Preference(0.5, 0.5)));

    public ExecutorServer Executor { get; private set; } = null!;

    /// <summary>Starts all but the selectors.</summary>
    public static async Task<ServedPlatform> StartAsync(BenchmarkModel model, Action<string> progress)
    {
        var platform = new ServedPlatform(model);
        try
        {
            progress($"{model.Name}: starting the registry and the executor");
            (_, platform.registry) = await platform.StartAsync("Registry", "--urls", "http://127.0.0.1:0", "--state", platform.state.FullName);
            platform.Executor = await ExecutorServer.StartAsync(model);
            platform.processes.Add(platform.Executor);
            await platform.Executor.UntilAnsweredAsync(Payload.Create(model, 1, seed: 1));
            await platform.RegisterAsync(model);
            return platform;
        }
        catch
        {
            await platform.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a selector, and waits until it knows the executor.</summary>
    public async Task<SelectorServer> StartSelectorAsync(IEnumerable<string> args)
    {
        var (http, grpc) = (FreePort.Next(), FreePort.Next());
        var (process, _) = await StartAsync(
            "Selector",
            [
                "--urls", FormattableString.Invariant($"http://127.0.0.1:{http}"), $"--Selector:Registry={registry}",
                FormattableString.Invariant($"--Selector:GrpcPort={grpc}"), .. args,
            ]);
        var selector = new SelectorServer(
            process,
            new Uri(FormattableString.Invariant($"http://127.0.0.1:{http}")),
            FormattableString.Invariant($"http://127.0.0.1:{grpc}"));
        await UntilAsync(selector, $"/v1/candidates?client={client.Id}", "\"executor\":");
        selectors.Add(selector);
        return selector;
    }

    /// <summary>Gives the client an objective, and waits until all selectors know it.</summary>
    /// <param name="latencyMs">Within which its requests are to be answered, in milliseconds.</param>
    public async Task StateSloAsync(double latencyMs)
    {
        using var http = new HttpClient { BaseAddress = registry, Timeout = Patience };
        await new RegistryClient(http).PutClientAsync(client with { Slo = new Slo(latencyMs) });
        foreach (var selector in selectors)
        {
            await UntilAsync(selector, $"/v1/clients/{client.Id}/slo", "\"latencyMs\":");
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

    private async Task<(ServerProcess Process, Uri Address)> StartAsync(string service, params string[] args)
    {
        var (process, line) = await ServerProcess.StartAsync("dotnet", ["exec", Repository.Service(service), .. args], Listening);
        processes.Add(process);
        return (process, new Uri(line[(line.IndexOf(Listening, StringComparison.Ordinal) + Listening.Length)..].Trim()));
    }

    private async Task RegisterAsync(BenchmarkModel model)
    {
        using var http = new HttpClient { BaseAddress = registry, Timeout = Patience };
        var catalog = new RegistryClient(http);
        using var package = await ModelPackage.OpenAsync(model.Path, CancellationToken.None);
        var reference = (await catalog.PutModelAsync(model.Upload, package.Content)).Value.Reference;
        await catalog.PutExecutorAsync(new Executor(
            "executor", "local", [reference],
            new ExecutorEndpoints(Executor.Predict.GetLeftPart(UriPartial.Authority), Executor.Grpc, Executor.Socket["unix:".Length..]),
            ExecutorState.Ready, LeaseSeconds: Leases.MaxSeconds));
        await catalog.PutClientAsync(client);
    }

    private static async Task UntilAsync(SelectorServer selector, string path, string said)
    {
        using var http = new HttpClient { BaseAddress = selector.Rest, Timeout = Patience };
        using var deadline = new CancellationTokenSource(Patience);
        while (true)
        {
            using var answer = await http.GetAsync(new Uri(path, UriKind.Relative), deadline.Token);
            if (answer.IsSuccessStatusCode
                && (await answer.Content.ReadAsStringAsync(deadline.Token)).Contains(said, StringComparison.Ordinal))
            {
                return;
            }

            await Task.Delay(20, deadline.Token);
        }
    }
}
