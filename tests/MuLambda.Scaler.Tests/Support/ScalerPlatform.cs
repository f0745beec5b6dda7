using System.Formats.Tar;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using MuLambda.Catalog;
using MuLambda.Catalog.Http;
using MuLambda.Catalog.Tests;
using MuLambda.Inference.Tests.Graphs;
using MuLambda.Scaling;

namespace MuLambda.Scaler.Tests.Support;

/// <summary>A registry with models, a selector that only tells of demand, and scalers: processes as in production, and nothing of them left afterwards.</summary>
internal sealed class ScalerPlatform : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mulambda-scaler-");
    private readonly List<ServiceProcess> _scalers = [];
    private readonly HttpClient _http = new();
    private readonly CancellationTokenSource _stop = new();
    private ServiceProcess _registryProcess = null!;
    private Task _following = Task.CompletedTask;
    private Task _renewing = Task.CompletedTask;

    public RegistryClient Registry { get; private set; } = null!;

    public CatalogFeed Feed { get; private set; } = null!;

    public SelectorStandIn Selector { get; private set; } = null!;

    public Uri RegistryAddress => _registryProcess.Address;

    public string State => Path.Combine(_folder.FullName, "scaler");

    /// <summary>The executors' processes, whoever started them.</summary>
    public IReadOnlyList<int> Executors => Machine.Processes(Path.Combine(State, "executors"));

    public static async Task<ScalerPlatform> StartAsync()
    {
        var platform = new ScalerPlatform();
        await platform.StartRegistryAsync($"http://127.0.0.1:{FreePort()}");
        platform._http.BaseAddress = platform._registryProcess.Address;
        platform.Registry = new RegistryClient(platform._http);
        platform.Feed = new CatalogFeed(platform.Registry, new CatalogFeedOptions { MaxBackoff = TimeSpan.FromMilliseconds(500) });
        platform._following = platform.Feed.RunAsync(platform._stop.Token);
        await platform.PushAsync("digits-linear");
        platform.Selector = await SelectorStandIn.StartAsync();
        await platform.RegisterSelectorAsync();
        platform._renewing = platform.RenewAsync();
        return platform;
    }

    /// <summary>Uploads a model of the samples, under its name or another.</summary>
    public async Task PushAsync(string model, string? name = null)
    {
        var archive = new MemoryStream();
        await TarFile.CreateFromDirectoryAsync(Path.Combine(Repository.Root, "models", "digits", model, "1"), archive, includeBaseDirectory: false);
        archive.Position = 0;
        await Registry.PutModelAsync(
            new ModelUpload(name ?? model, 1, new Traits("classification", "image", "label"), new Accuracy("top-1", 0.9)),
            archive,
            cancellationToken: Deadline.Token());
    }

    /// <summary>Deploys a model with a fixed number of replicas.</summary>
    public Task DeployAsync(string model, int replicas) => Registry.PutDeploymentAsync(new Deployment(
        model, Min: 0, Max: 4, Policy: "fixed", Options: new Dictionary<string, double> { ["replicas"] = replicas }));

    /// <summary>Starts a scaler on the common state directory.</summary>
    public async Task<ServiceProcess> StartScalerAsync(params string[] options)
    {
        var scaler = await ServiceProcess.StartAsync("MuLambda.Scaler.dll", With(options));
        _scalers.Add(scaler);
        return scaler;
    }

    /// <summary>The command line of a scaler on the common state directory.</summary>
    public string[] With(params string[] options) =>
    [
        .. Defaults().Chunk(2).Where(pair => !options.Contains(pair[0])).SelectMany(pair => pair),
        .. options,
    ];

    public async Task KillRegistryAsync() => await _registryProcess.KillAsync();

    public Task RestartRegistryAsync() => StartRegistryAsync(_registryProcess.Address.AbsoluteUri.TrimEnd('/'));

    /// <summary>Waits until the catalog has so many executors of a deployment that serve.</summary>
    public Task<CatalogSnapshot> ReadyAsync(string model, int replicas) => WaitAsync(
        $"{replicas} replicas of {model}", catalog => Ready(catalog, model).Count == replicas);

    public static IReadOnlyList<Catalog.Executor> Ready(CatalogSnapshot catalog, string model) =>
        [.. catalog.Executors.Values.Where(executor => executor.State == ExecutorState.Ready && executor.Models.Any(served => served.Name == model))];

    public async Task<CatalogSnapshot> WaitAsync(string what, Func<CatalogSnapshot, bool> condition)
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            return await Feed.WaitForAsync(condition, patience.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"Waited for {what}; there is\n{string.Join('\n', Feed.Current.Executors.Values)}\n{Outputs()}");
        }
    }

    /// <summary>Polls what only the machine or a service tells.</summary>
    public async Task UntilAsync(string what, Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!await condition())
        {
            try
            {
                await poll.WaitForNextTickAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"Waited for {what}.\n{Outputs()}");
            }
        }
    }

    /// <summary>Waits until so many things were seen to change while a deployment is brought to its replicas: processes, or what the feed shows of them; or until it has them.</summary>
    public Task ChangesAsync(string model, int changes, int replicas)
    {
        var seen = "";
        var left = changes + 1;
        return UntilAsync($"{changes} changes, or {replicas} replicas", () =>
        {
            var executors = Executors;
            var shown = Feed.Current.Executors.Values.Select(executor => $"{executor.Id}={executor.State}/{executor.Launch?.Steps.Count}");
            var now = string.Join(' ', executors.Select(id => $"{id}").Concat(shown).Order(StringComparer.Ordinal));
            left -= now == seen ? 0 : 1;
            seen = now;
            return left <= 0 || (executors.Count == replicas && Ready(Feed.Current, model).Count == replicas);
        });
    }

    public Task UntilAsync(string what, Func<bool> condition) => UntilAsync(what, () => Task.FromResult(condition()));

    /// <summary>Asks an executor for a prediction; the status of its answer.</summary>
    public static async Task<int> AskAsync(Catalog.Executor executor, string model)
    {
        using var http = new HttpClient();
        var image = Enumerable.Range(0, 28).Select(_ => Enumerable.Repeat(new float[1], 28));
        var body = JsonSerializer.Serialize(new { instances = new[] { image } });
        using var answer = await http.PostAsync(
            new Uri($"{executor.Endpoints.Rest}/v1/models/{model}:predict"), new StringContent(body, System.Text.Encoding.UTF8, "application/json"));
        return (int)answer.StatusCode;
    }

    /// <summary>Registers a client <c>app</c> that any digit classifier serves.</summary>
    public Task RegisterClientAsync() => Registry.PutClientAsync(new Client(
        "app", new Criteria(new Traits("classification", "image", "label"), new Preference(0.5, 0.5))));

    /// <summary>Asks a selector for an inference of the client's; the status of its answer.</summary>
    public static async Task<HttpStatusCode> InferAsync(HttpClient selector)
    {
        var image = Enumerable.Range(0, 28).Select(_ => Enumerable.Repeat(new float[1], 28));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/clients/app:infer")
        {
            Content = new StringContent(JsonSerializer.Serialize(new { instances = new[] { image } }), System.Text.Encoding.UTF8, "application/json"),
            Headers = { { "mulambda-timeout-ms", "60000" } },
        };
        using var answer = await selector.SendAsync(request);
        return answer.StatusCode;
    }

    public static async Task<JsonElement> StatusAsync(ServiceProcess scaler)
    {
        using var http = new HttpClient { BaseAddress = scaler.Address };
        return JsonElement.Parse(await http.GetStringAsync(new Uri("/v1/scaler/status", UriKind.Relative)));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _scalers.ForEach(scaler => scaler.Dispose());
        foreach (var process in Executors)
        {
            Machine.Kill(process);
        }

        await _following;
        await _renewing;
        _registryProcess.Dispose();
        await Selector.DisposeAsync();
        _http.Dispose();
        _stop.Dispose();
        _folder.Delete(recursive: true);
    }

    /// <summary>A port on which nobody listens.</summary>
    public static int FreePort()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }

    private async Task StartRegistryAsync(string url)
    {
        _registryProcess?.Dispose();
        _registryProcess = await ServiceProcess.StartAtAsync(url, "MuLambda.Registry.dll", "--state", Path.Combine(_folder.FullName, "registry"));
    }

    private string[] Defaults() =>
    [
        "--registry", _registryProcess.Address.AbsoluteUri,
        "--state", State,
        "--cache", Path.Combine(_folder.FullName, "cache"),
        "--executor", Path.Combine(AppContext.BaseDirectory, "MuLambda.Executor.dll"),
        "--pool", "0",
        "--Scaler:LeaseSeconds", "2",
        "--Scaler:DecideMs", "100",
        "--Scaler:DrainSettleSeconds", "0.2",
        "--Scaler:DrainGraceSeconds", "5",
        "--Scaler:StopGraceSeconds", "5",
        "--Scaler:BackoffSeconds", "0.5",
        "--Scaler:SmallModelMegabytes", "0",
    ];

    private async Task RegisterSelectorAsync() =>
        await Registry.PutSelectorAsync(new SelectorReplica("stand-in", "local", 60, Selector.Address.AbsoluteUri.TrimEnd('/')));

    private async Task RenewAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(5));
        await using var stopping = _stop.Token.Register(timer.Dispose);
        while (await timer.WaitForNextTickAsync())
        {
            try
            {
                await RegisterSelectorAsync();
            }
            catch (HttpRequestException)
            {
                // The registry is away, as the test wants it.
            }
        }
    }

    private string Outputs() => string.Join("\n---\n", _scalers.Select(scaler => scaler.Output));
}
