using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MuLambda.Catalog;
using MuLambda.Protocol.Grpc;

namespace MuLambda.Selector.Tests;

/// <summary>A selector with a registry's feed and executors, all over real sockets.</summary>
internal sealed class TestPlatform : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // No quarantine ends by itself while a slow machine gets on with a test: only the test's time ends it.
    private static readonly string[] Unhurried = ["--Selector:QuarantineMs=600000", "--Selector:MaxQuarantineMs=600000"];

    private readonly Dictionary<string, TestExecutor> _executors = [];
    private WebApplication _selector = null!;

    public RegistryFeed Registry { get; } = new();

    public ShiftedTime Time { get; } = new();

    /// <summary>What the selector logs.</summary>
    public LogList Log { get; } = new();

    public HttpClient Http { get; private set; } = null!;

    /// <summary>A channel to the selector's gRPC.</summary>
    public GrpcChannel Grpc { get; private set; } = null!;

    public IServiceProvider Services => _selector.Services;

    public TestExecutor this[string id] => _executors[id];

    /// <summary>Starts with a model and an executor of each name, the later ones larger and more accurate.</summary>
    public static async Task<TestPlatform> StartAsync(string[] executors, params string[] options)
    {
        var platform = new TestPlatform();
        await platform.Registry.StartAsync();
        var rank = 0;
        foreach (var id in executors)
        {
            platform.Registry.Put(DigitModel(id, 0.9 + (0.01 * rank), 100_000 * ++rank));
            platform._executors[id] = await TestExecutor.StartAsync(id);
            platform.Registry.Put(platform[id].Registration());
        }

        platform.Registry.Put(Client("fast", 1, 0));
        platform.Registry.Put(Client("accurate", 0, 1));
        await platform.StartSelectorAsync(options);
        return platform;
    }

    /// <summary>Deploys a model that nothing serves.</summary>
    public async Task DeployAsync(string id, double accuracy = 0.9, long bytes = 100_000)
    {
        Registry.Put(DigitModel(id, accuracy, bytes));
        Registry.Put(new Deployment(id));
        await FollowedAsync();
    }

    /// <summary>Starts an executor of a model's name, which the catalog does not know yet.</summary>
    public async Task<TestExecutor> LaunchAsync(string id) => _executors[id] = await TestExecutor.StartAsync(id);

    public static Model DigitModel(string name, double accuracy, long bytes, int side = 2) => new(
        name, 1, "classification", "image", "label", new Accuracy("top-1", accuracy),
        [
            new ModelSignature(
                "serving_default",
                [new TensorSpec("image", "float32", [-1, side, side, 1])], [new TensorSpec("probabilities", "float32", [-1, 10])]),
        ],
        ModelFormat.SavedModel, bytes, new string('0', 64), null, DateTimeOffset.UnixEpoch);

    public static Client Client(string id, double latency, double accuracy, Bounds? bounds = null, string task = "classification") =>
        new(id, new Criteria(new Traits(task, "image", "label"), new Preference(latency, accuracy), bounds));

    /// <summary>A predict body of 2 by 2 images whose first pixel is the label.</summary>
    public static string Body(params int[] labels) =>
        $"{{\"instances\": [{string.Join(", ", labels.Select(l => $"[[[{l}], [0]], [[0], [0]]]"))}]}}";

    public async Task<HttpResponseMessage> PostAsync(string path, string body, int? timeoutMs = null, string? priority = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        if (timeoutMs is { } timeout)
        {
            request.Headers.Add("mulambda-timeout-ms", $"{timeout}");
        }

        if (priority is not null)
        {
            request.Headers.Add("mulambda-priority", priority);
        }

        return await Http.SendAsync(request);
    }

    public Task<HttpResponseMessage> InferAsync(string client, string? body = null, int? timeoutMs = null, string? priority = null) =>
        PostAsync($"/v1/clients/{client}:infer", body ?? Body(3), timeoutMs, priority);

    /// <summary>An inference that must be answered.</summary>
    public async Task<JsonElement> AnswerAsync(string client, string? body = null, int? timeoutMs = 30_000)
    {
        using var response = await InferAsync(client, body, timeoutMs);
        var text = await response.Content.ReadAsStringAsync();
        ((int)response.StatusCode).ShouldBe(200, text);
        return JsonDocument.Parse(text).RootElement;
    }

    /// <summary>A call that must end with a problem.</summary>
    public static async Task<JsonElement> ProblemAsync(Task<HttpResponseMessage> call, int status)
    {
        using var response = await call;
        var text = await response.Content.ReadAsStringAsync();
        ((int)response.StatusCode).ShouldBe(status, text);
        response.Content.Headers.ContentType?.MediaType.ShouldBe("application/problem+json");
        var problem = JsonDocument.Parse(text).RootElement;
        problem.GetProperty("status").GetInt32().ShouldBe(status);
        return problem;
    }

    public Task<JsonElement> CandidatesAsync(string client) =>
        Http.GetFromJsonAsync<JsonElement>($"/v1/candidates?client={client}");

    /// <summary>Waits until the selector's snapshot is as wanted.</summary>
    public async Task UntilAsync(Func<Selection.SelectionSnapshot, bool> condition)
    {
        var follower = Services.GetRequiredService<CatalogFollower>();
        var met = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Check()
        {
            if (follower.Snapshot is { } snapshot && condition(snapshot))
            {
                met.TrySetResult();
            }
        }

        follower.SnapshotChanged += Check;
        Check();
        await met.Task.WaitAsync(Patience);
        follower.SnapshotChanged -= Check;
    }

    /// <summary>Waits until the selector has taken in all that the registry holds now.</summary>
    public Task FollowedAsync()
    {
        var revision = Registry.Revision;
        return UntilAsync(s => s.Revision >= revision);
    }

    /// <summary>Stops the selector as SIGTERM does: it takes nothing new and waits for what it has.</summary>
    public Task StopSelectorAsync() => _selector.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Http?.Dispose();
        Grpc?.Dispose();
        await _selector.DisposeAsync();
        foreach (var executor in _executors.Values)
        {
            await executor.DisposeAsync();
        }

        await Registry.DisposeAsync();
    }

    private async Task StartSelectorAsync(string[] options)
    {
        _selector = SelectorApplication.Create(
            ["--urls=http://127.0.0.1:0", "--Selector:GrpcPort=0", $"--Selector:Registry={Registry.Address}", .. Unhurried, .. options],
            builder =>
            {
                builder.Logging.ClearProviders().AddProvider(Log);
                builder.Services.AddSingleton<TimeProvider>(Time);
            });
        await _selector.StartAsync();
        Http = new HttpClient { BaseAddress = new Uri(_selector.Urls.First()), Timeout = Patience };
        Grpc = GrpcChannel.ForAddress(Services.GetRequiredService<SelectorListeners>().Grpc.Single(), new GrpcChannelOptions { DefaultTimeout = null });
        await UntilAsync(_ => true);
    }
}
