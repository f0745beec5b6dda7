using System.Collections.Concurrent;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http;
using MuLambda.Catalog;
using MuLambda.Catalog.Http;
using MuLambda.Prober.Net;

namespace MuLambda.Prober.Tests.Support;

/// <summary>Speaks the part of the registry's contract that the prober uses, and tells what it was told.</summary>
internal sealed class RegistryStandIn : IAsyncDisposable
{
    private readonly Channel<RegistryCall> _calls = Channel.CreateUnbounded<RegistryCall>();
    private readonly ConcurrentDictionary<string, Executor> _executors = new();
    private readonly ConcurrentDictionary<string, bool> _models = new();
    private readonly ConcurrentDictionary<string, Node> _nodes = new();
    private readonly List<Client> _clients = [];
    private HttpClient? _http;

    public LocalServer Server { get; private set; } = null!;

    public ICollection<string> Executors => _executors.Keys;

    public static async Task<RegistryStandIn> StartAsync(params string[] models)
    {
        var registry = new RegistryStandIn();
        foreach (var model in models)
        {
            registry.Upload(model);
        }

        registry.Server = await LocalServer.StartAsync(registry.HandleAsync);
        registry._http = Untraced.CreateClient(registry.Server.Url, 1 << 20);
        return registry;
    }

    public RegistryClient CreateClient() => new(_http!);

    /// <summary>Makes a model version known.</summary>
    public void Upload(string reference) => _models[reference] = true;

    /// <summary>Lets an executor's lease expire.</summary>
    public void Expire(string executor) => _executors.TryRemove(executor, out _);

    /// <summary>Adds a node, before the feed is read.</summary>
    public void Add(Node node) => _nodes[node.Id] = node;

    /// <summary>Lets a node's lease expire.</summary>
    public void ExpireNode(string node) => _nodes.TryRemove(node, out _);

    /// <summary>Adds a client, before the feed is read.</summary>
    public void Add(string id, string endpoint) => _clients.Add(SampleCatalog.Client(id, endpoint));

    /// <summary>The next call that was made.</summary>
    public Task<RegistryCall> NextAsync() => _calls.Reader.ReadAsync().AsTask().WaitAsync(Deadlines.Generous);

    /// <summary>Passes over calls until one is as wanted.</summary>
    public async Task<RegistryCall> NextAsync(Func<RegistryCall, bool> wanted)
    {
        using var deadline = new CancellationTokenSource(Deadlines.Generous);
        while (true)
        {
            var call = await _calls.Reader.ReadAsync(deadline.Token);
            if (wanted(call))
            {
                return call;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _http?.Dispose();
        await Server.DisposeAsync();
    }

    private async Task HandleAsync(HttpContext context)
    {
        var parts = context.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        switch (context.Request.Method, parts)
        {
            case ("PUT", ["v1", "executors", var id]):
                await PutAsync(context, id);
                break;
            case ("POST", ["v1", "executors", var id, "heartbeat"]):
                var heartbeat = await ReadAsync<ExecutorHeartbeat>(context);
                Answer(context, id, _executors.ContainsKey(id) ? 204 : 404, new RegistryCall("heartbeat", id, Heartbeat: heartbeat));
                break;
            case ("DELETE", ["v1", "executors", var id]):
                Answer(context, id, _executors.TryRemove(id, out _) ? 204 : 404, new RegistryCall("delete", id));
                break;
            case ("PUT", ["v1", "nodes", var node, "latencies"]):
                var reports = await ReadAsync<IReadOnlyList<LatencyReport>>(context);
                Answer(context, node, 204, new RegistryCall("latencies", node, Reports: reports));
                break;
            case ("PUT", ["v1", "nodes", var name]):
                var noun = await ReadAsync<Node>(context);
                context.Response.StatusCode = _nodes.TryAdd(name, noun) ? 201 : 200;
                _nodes[name] = noun;
                await context.Response.WriteAsJsonAsync(noun, CatalogJson.Default.Node);
                _calls.Writer.TryWrite(new RegistryCall("node", name, context.Response.StatusCode, Node: noun));
                break;
            case ("POST", ["v1", "nodes", var name, "heartbeat"]):
                Answer(context, name, _nodes.ContainsKey(name) ? 204 : 404, new RegistryCall("node-heartbeat", name));
                break;
            case ("DELETE", ["v1", "nodes", var name]):
                Answer(context, name, _nodes.TryRemove(name, out _) ? 204 : 404, new RegistryCall("node-delete", name));
                break;
            case ("GET", ["v1", "watch"]):
                await WatchAsync(context);
                break;
            default:
                Answer(context, "", 501, new RegistryCall("unexpected", context.Request.Path));
                break;
        }
    }

    private async Task PutAsync(HttpContext context, string id)
    {
        var executor = await ReadAsync<Executor>(context);
        var missing = executor.Models.FirstOrDefault(model => !_models.ContainsKey(model.ToString()));
        if (missing is not null)
        {
            context.Response.StatusCode = 422;
            await context.Response.WriteAsJsonAsync(
                new { title = "Unknown model", status = 422, detail = $"There is no {missing}." }, options: null, "application/problem+json");
        }
        else
        {
            context.Response.StatusCode = _executors.TryAdd(id, executor) ? 201 : 200;
            await context.Response.WriteAsJsonAsync(executor, CatalogJson.Default.Executor);
        }

        _calls.Writer.TryWrite(new RegistryCall("put", id, context.Response.StatusCode, executor));
    }

    private void Answer(HttpContext context, string id, int status, RegistryCall call)
    {
        context.Response.StatusCode = status;
        _calls.Writer.TryWrite(call with { Id = id.Length == 0 ? call.Id : id, Status = status });
    }

    private async Task WatchAsync(HttpContext context)
    {
        List<CatalogChange> changes =
        [
            new(CatalogChangeType.SnapshotBegin, 0),
            .. _models.Keys.Select(SampleCatalog.PutModel),
            .. _clients.Select(client => new CatalogChange(CatalogChangeType.Put, 1, CatalogKind.Client, client.Id, Client: client)),
            .. _nodes.Values.Select(node => new CatalogChange(CatalogChangeType.Put, 1, CatalogKind.Node, node.Id, Node: node)),
            new(CatalogChangeType.SnapshotEnd, 1, Epoch: "one"),
        ];
        foreach (var change in changes)
        {
            await context.Response.WriteAsync(JsonSerializer.Serialize(change, CatalogJson.Default.CatalogChange) + "\n");
        }

        await context.Response.Body.FlushAsync();
        await context.HangAsync();
    }

    private static async Task<T> ReadAsync<T>(HttpContext context) =>
        (T)(await context.Request.ReadFromJsonAsync(typeof(T), CatalogJson.Default, context.RequestAborted))!;
}
