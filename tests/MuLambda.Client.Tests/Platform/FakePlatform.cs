using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using MuLambda.Catalog;

namespace MuLambda.Client.Tests.Platform;

/// <summary>
/// A registry and a selector in one real server: it speaks docs/api.md, remembers what it was asked, and fails as told.
/// </summary>
internal sealed class FakePlatform : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Channel<Call> _calls = Channel.CreateUnbounded<Call>();

    private FakePlatform(WebApplication app) => _app = app;

    /// <summary>A request as it came.</summary>
    public sealed record Call(string Request, string Query, IReadOnlyDictionary<string, string> Headers, byte[] Body)
    {
        public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Body);
    }

    public Uri Address => new(_app.Urls.First());

    public ConcurrentDictionary<string, Catalog.Client> Clients { get; } = new();

    public ConcurrentDictionary<string, Model> Models { get; } = new();

    public ConcurrentDictionary<string, byte[]> Artifacts { get; } = new();

    public List<Executor> Executors { get; } = [];

    public List<SelectorReplica> Selectors { get; } = [];

    public ConcurrentDictionary<string, SloStatus> Slos { get; } = new();

    public ConcurrentQueue<Call> Seen { get; } = new();

    /// <summary>Answers in place of the platform where it returns true; the request's body has been read into the call.</summary>
    public Func<HttpContext, Call, Task<bool>>? Fault { get; set; }

    /// <summary>The scores of a digit's classes, by its first non-zero pixel; the same for every image by default.</summary>
    public Func<JsonElement, double[]> Predict { get; set; } = static _ => [0.01, 0.02, 0.9, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01];

    public static async Task<FakePlatform> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var platform = new FakePlatform(builder.Build());
        platform._app.Run(platform.AnswerAsync);
        await platform._app.StartAsync();
        return platform;
    }

    /// <summary>The next request of this kind, with a deadline.</summary>
    public async Task<Call> NextAsync(string request)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            var call = await _calls.Reader.ReadAsync(deadline.Token);
            if (call.Request == request)
            {
                return call;
            }
        }
    }

    public static async Task ProblemAsync(HttpContext context, int status, object problem, int? retryAfter = null)
    {
        context.Response.StatusCode = status;
        if (retryAfter is not null)
        {
            context.Response.Headers.RetryAfter = $"{retryAfter}";
        }

        await context.Response.WriteAsJsonAsync(problem, options: null, "application/problem+json");
    }

    public async ValueTask DisposeAsync()
    {
        // Requests that a test left hanging must not delay its end.
        using var now = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var buffer = new MemoryStream();
        await context.Request.Body.CopyToAsync(buffer);
        var call = new Call(
            $"{context.Request.Method} {context.Request.Path}",
            context.Request.QueryString.Value ?? "",
            context.Request.Headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value.ToString()),
            buffer.ToArray());
        Seen.Enqueue(call);
        if (Fault is null || !await Fault(context, call))
        {
            await ServeAsync(context, call);
        }

        await _calls.Writer.WriteAsync(call);
    }

    private Task ServeAsync(HttpContext context, Call call) =>
        (context.Request.Method, context.Request.Path.Value!.Trim('/').Split('/')) switch
        {
            ("POST", ["v1", "select"]) => SelectAsync(context, call),
            ("POST", ["v1", "feedback"]) => FeedbackAsync(context, call),
            ("POST", ["v1", "clients", var client]) when client.EndsWith(":infer", StringComparison.Ordinal) => InferAsync(context, call),
            ("PUT", ["v1", "models", var name, "versions", var version]) => PutModelAsync(context, call, name, version),
            ("GET", ["v1", "models"]) => context.Response.WriteAsJsonAsync<IReadOnlyList<Model>>(
                [.. Models.Values.OrderBy(model => model.Name)], CatalogJson.Default.IReadOnlyListModel),
            ("GET", ["v1", "models", var name, "versions", _]) => NounAsync(context, Models, name, CatalogJson.Default.Model),
            ("DELETE", ["v1", "models", var name, "versions", _]) => DeleteAsync(context, Models, name),
            ("GET", ["v1", "executors"]) => context.Response.WriteAsJsonAsync<IReadOnlyList<Executor>>(
                Executors, CatalogJson.Default.IReadOnlyListExecutor),
            ("GET", ["v1", "selectors"]) => context.Response.WriteAsJsonAsync<IReadOnlyList<SelectorReplica>>(
                Selectors, CatalogJson.Default.IReadOnlyListSelectorReplica),
            ("GET", ["v1", "slos"]) => context.Response.WriteAsJsonAsync<IReadOnlyList<SloStatus>>(
                [.. Slos.Values.OrderBy(status => status.Client)], CatalogJson.Default.IReadOnlyListSloStatus),
            ("GET", ["v1", "clients", var id, "slo"]) => NounAsync(context, Slos, id, CatalogJson.Default.SloStatus),
            ("PUT", ["v1", "clients", var id]) => PutClientAsync(context, call, id),
            ("POST", ["v1", "clients", var id, "heartbeat"]) => StatusAsync(context, Clients.ContainsKey(id) ? 204 : 404),
            ("GET", ["v1", "clients"]) => context.Response.WriteAsJsonAsync<IReadOnlyList<Catalog.Client>>(
                [.. Clients.Values.OrderBy(client => client.Id)], CatalogJson.Default.IReadOnlyListClient),
            ("DELETE", ["v1", "clients", var id]) => DeleteAsync(context, Clients, id),
            _ => ProblemAsync(context, 404, new { title = "Not found", status = 404 }),
        };

    private async Task PutClientAsync(HttpContext context, Call call, string id)
    {
        var client = JsonSerializer.Deserialize(call.Body, CatalogJson.Default.Client)!;
        context.Response.StatusCode = Clients.ContainsKey(id) ? 200 : 201;
        Clients[id] = client;
        await context.Response.WriteAsJsonAsync(client, CatalogJson.Default.Client);
    }

    private async Task PutModelAsync(HttpContext context, Call call, string name, string version)
    {
        var query = context.Request.Query;
        var sha = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(call.Body));
        var model = new Model(
            name, long.Parse(version), query["task"]!, query["input"]!, query["output"]!,
            new Accuracy(query["metric"]!, double.Parse(query["accuracy"]!), query["dataset"]),
            [new ModelSignature("serving_default", [new("image", "float32", [-1, 28, 28, 1])], [new("probabilities", "float32", [-1, 10])])],
            ModelFormat.SavedModel, call.Body.Length, sha, query["description"], DateTimeOffset.UnixEpoch);
        context.Response.StatusCode = Models.TryAdd(name, model) ? 201 : 200;
        Artifacts[name] = call.Body;
        await context.Response.WriteAsJsonAsync(model, CatalogJson.Default.Model);
    }

    private static Task NounAsync<T>(
        HttpContext context, ConcurrentDictionary<string, T> nouns, string id, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) =>
        nouns.TryGetValue(id, out var noun)
            ? context.Response.WriteAsJsonAsync(noun, type)
            : ProblemAsync(context, 404, new { title = "Not found", status = 404 });

    private static Task DeleteAsync<T>(HttpContext context, ConcurrentDictionary<string, T> nouns, string id) =>
        StatusAsync(context, nouns.TryRemove(id, out _) ? 204 : 404);

    private static Task StatusAsync(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    private static Task SelectAsync(HttpContext context, Call call)
    {
        var explain = call.Query == "?explain=true";
        if (call.Json.TryGetProperty("client", out var client) && client.GetString() == "unknown")
        {
            return ProblemAsync(context, 404, new
            {
                title = "No candidate",
                status = 404,
                detail = "No model is accurate enough.",
                excluded = new[] { "bounds.minAccuracy" },
                candidates = explain ? Candidates() : null,
            });
        }

        var decision = Decision(observed: false);
        if (explain)
        {
            decision["candidates"] = Candidates();
            decision["cold"] = new[]
            {
                new
                {
                    model = new { name = "digits-large", version = 2 }, state = "starting", coldStartMs = 800,
                    estimate = new { rttMs = 0, waitMs = 300, serviceMs = 4, latencyMs = 304, accuracy = 0.99, rttSource = "unknown" },
                    utility = 0.8, selected = false, excludedBy = Array.Empty<string>(), reason = "It is starting: ready in about 300 ms. Not waited for.",
                },
            };
        }

        return context.Response.WriteAsJsonAsync(decision);
    }

    private static object[] Candidates() =>
    [
        Candidate("digits-linear", "ready", 0.97, [], "Chosen: the largest utility, 0.97; the next is 0.9 of digits-cnn."),
        Candidate("digits-cnn", "draining", 0, ["state"], "Excluded: the executor is draining."),
    ];

    private static object Candidate(string name, string state, double utility, string[] excludedBy, string reason) => new
    {
        executor = name,
        node = "local",
        model = new { name, version = 1 },
        state,
        quarantined = false,
        inFlight = 2,
        observations = 17,
        estimate = new { rttMs = 0.5, waitMs = 1.5, serviceMs = 5, latencyMs = 7, accuracy = 0.91, rttSource = "measured" },
        marginalMs = 8.5,
        latencyDeviationMs = 0.25,
        accuracyDeviation = 0.02,
        due = false,
        utility,
        selected = excludedBy.Length == 0,
        excludedBy,
        reason,
    };

    private static Task FeedbackAsync(HttpContext context, Call call)
    {
        if (call.Json.ValueKind != JsonValueKind.Array)
        {
            return call.Json.GetProperty("requestId").GetString() == "unknown"
                ? ProblemAsync(context, 404, new { title = "No request", status = 404, detail = "There is no such request." })
                : context.Response.WriteAsJsonAsync(new { requestId = call.Json.GetProperty("requestId").GetString(), status = 200 });
        }

        var results = call.Json.EnumerateArray().Select(told => told.GetProperty("requestId").GetString()).Select(id => id == "unknown"
            ? new FeedbackResult(id, 404, "There is no such request.")
            : new FeedbackResult(id!, 200)).ToList();
        return context.Response.WriteAsJsonAsync(new { taken = results.Count(r => r.Status == 200), results });
    }

    private async Task InferAsync(HttpContext context, Call call)
    {
        var predictions = call.Json.GetProperty("instances").EnumerateArray().Select(Predict).ToArray();
        await context.Response.WriteAsJsonAsync(new { predictions, decision = Decision(observed: true) });
    }

    private static Dictionary<string, object> Decision(bool observed)
    {
        var decision = new Dictionary<string, object>
        {
            ["requestId"] = "0196-1",
            ["policy"] = "mulambda",
            ["executor"] = "digits-linear",
            ["node"] = "local",
            ["model"] = new { name = "digits-linear", version = 1 },
            ["endpoints"] = new { rest = "http://127.0.0.1:8501" },
            ["estimate"] = new { rttMs = 0.4, waitMs = 0, serviceMs = 0.9, latencyMs = 1.3, accuracy = 0.91 },
            ["utility"] = 0.97,
            ["considered"] = 4,
        };
        if (observed)
        {
            decision["observed"] = new { latencyMs = 2.5, attempts = 1 };
        }

        return decision;
    }
}
