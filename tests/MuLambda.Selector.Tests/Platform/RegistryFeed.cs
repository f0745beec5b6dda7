using System.Collections.Immutable;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using MuLambda.Catalog;

namespace MuLambda.Selector.Tests;

/// <summary>
/// The change feed of a registry over real HTTP, with what the test puts into it and the selectors that register. Their leases run by the clock.
/// </summary>
internal sealed class RegistryFeed(TimeProvider? time = null) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly string _epoch = Guid.NewGuid().ToString();
    private readonly Dictionary<string, ITimer> _leases = [];
    private ImmutableDictionary<(CatalogKind, string), CatalogChange> _catalog =
        ImmutableDictionary<(CatalogKind, string), CatalogChange>.Empty;
    private ImmutableList<Channel<CatalogChange>> _watchers = [];
    private long _revision;
    private WebApplication? _app;

    public Uri Address { get; private set; } = null!;

    public long Revision
    {
        get
        {
            lock (_gate)
            {
                return _revision;
            }
        }
    }

    /// <summary>Answers a call of a selector in the registry's stead, when it says true.</summary>
    public Func<HttpContext, Task<bool>>? Fault { get; set; }

    /// <summary>The calls of selectors, in order of their arrival.</summary>
    public Channel<string> SelectorCalls { get; } = Channel.CreateUnbounded<string>();

    /// <summary>The reports on objectives, in order of their arrival.</summary>
    public Channel<SloReport> SloReports { get; } = Channel.CreateUnbounded<SloReport>();

    public static async Task<RegistryFeed> StartAsync(TimeProvider time)
    {
        var registry = new RegistryFeed(time);
        await registry.StartAsync();
        return registry;
    }

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(Address?.AbsoluteUri ?? "http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapGet("/v1/watch", (RequestDelegate)WatchAsync);
        _app.MapPut("/v1/selectors/{id}/slos", (RequestDelegate)SlosAsync);
        _app.Map("/v1/selectors/{id}/{heartbeat?}", (RequestDelegate)SelectorAsync);
        await _app.StartAsync();
        Address = new Uri(_app.Urls.First());
    }

    /// <summary>Goes away, cutting the connections.</summary>
    public async Task StopAsync()
    {
        if (_app is { } app)
        {
            _app = null;
            using var now = new CancellationTokenSource(TimeSpan.FromMilliseconds(1));
            await app.StopAsync(now.Token);
            await app.DisposeAsync();
        }
    }

    public void Put(Model model) => Add(new(CatalogChangeType.Put, 0, CatalogKind.Model, model.Reference.ToString(), Model: model));

    public void Put(Executor executor) => Add(new(CatalogChangeType.Put, 0, CatalogKind.Executor, executor.Id, Executor: executor));

    public void Put(Client client) => Add(new(CatalogChangeType.Put, 0, CatalogKind.Client, client.Id, Client: client));

    public void Put(Node node) => Add(new(CatalogChangeType.Put, 0, CatalogKind.Node, node.Id, Node: node));

    public void Put(LatencyReport report) =>
        Add(new(CatalogChangeType.Put, 0, CatalogKind.Latency, CatalogSnapshot.LatencyId(report.Node, report.Client), Latency: report));

    public void Put(Deployment deployment) =>
        Add(new(CatalogChangeType.Put, 0, CatalogKind.Deployment, deployment.Model, Deployment: deployment));

    public void DeleteDeployment(string model) => Add(new(CatalogChangeType.Delete, 0, CatalogKind.Deployment, model));

    public void DeleteModel(string reference) => Add(new(CatalogChangeType.Delete, 0, CatalogKind.Model, reference));

    public void DeleteClient(string id) => Add(new(CatalogChangeType.Delete, 0, CatalogKind.Client, id));

    public void DeleteExecutor(string id) => Add(new(CatalogChangeType.Delete, 0, CatalogKind.Executor, id));

    /// <summary>Ends the lease of a selector, if it has one.</summary>
    public bool DeleteSelector(string id)
    {
        lock (_gate)
        {
            if (!_leases.Remove(id, out var lease))
            {
                return false;
            }

            lease.Dispose();
            Add(new(CatalogChangeType.Delete, 0, CatalogKind.Selector, id));
            return true;
        }
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private void Add(CatalogChange change)
    {
        lock (_gate)
        {
            change = change with { Revision = ++_revision };
            var key = (change.Kind!.Value, change.Id!);
            _catalog = change.Type == CatalogChangeType.Put ? _catalog.SetItem(key, change) : _catalog.Remove(key);
            foreach (var watcher in _watchers)
            {
                watcher.Writer.TryWrite(change);
            }
        }
    }

    private async Task SelectorAsync(HttpContext context)
    {
        var id = (string)context.Request.RouteValues["id"]!;
        await SelectorCalls.Writer.WriteAsync($"{context.Request.Method} {id}");
        if (Fault is { } fault && await fault(context))
        {
            return;
        }

        if (context.Request.Method != HttpMethods.Put)
        {
            var there = context.Request.Method == HttpMethods.Delete ? DeleteSelector(id) : Renew(id, null);
            context.Response.StatusCode = there ? StatusCodes.Status204NoContent : StatusCodes.Status404NotFound;
            return;
        }

        var selector = await context.Request.ReadFromJsonAsync(CatalogJson.Default.SelectorReplica);
        Renew(id, selector);
        await context.Response.WriteAsJsonAsync(selector!, CatalogJson.Default.SelectorReplica);
    }

    private async Task SlosAsync(HttpContext context)
    {
        foreach (var report in (await context.Request.ReadFromJsonAsync(CatalogJson.Default.IReadOnlyListSloReport))!)
        {
            Add(new(CatalogChangeType.Put, 0, CatalogKind.Slo, CatalogSnapshot.SloId(report.Selector, report.Client), Slo: report));
            await SloReports.Writer.WriteAsync(report);
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private bool Renew(string id, SelectorReplica? put)
    {
        lock (_gate)
        {
            if (put is not null)
            {
                Add(new(CatalogChangeType.Put, 0, CatalogKind.Selector, id, Selector: put));
                if (_leases.Remove(id, out var before))
                {
                    before.Dispose();
                }

                _leases.Add(id, (time ?? TimeProvider.System).CreateTimer(
                    _ => DeleteSelector(id), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan));
            }

            return _leases.TryGetValue(id, out var lease)
                && _catalog[(CatalogKind.Selector, id)].Selector is { } selector
                && lease.Change(TimeSpan.FromSeconds(selector.LeaseSeconds), Timeout.InfiniteTimeSpan);
        }
    }

    private async Task WatchAsync(HttpContext context)
    {
        var changes = Channel.CreateUnbounded<CatalogChange>();
        lock (_gate)
        {
            changes.Writer.TryWrite(new CatalogChange(CatalogChangeType.SnapshotBegin, 0));
            foreach (var put in _catalog.Values.OrderBy(c => c.Revision))
            {
                changes.Writer.TryWrite(put);
            }

            changes.Writer.TryWrite(new CatalogChange(CatalogChangeType.SnapshotEnd, _revision, Epoch: _epoch));
            _watchers = _watchers.Add(changes);
        }

        context.Response.ContentType = "application/x-ndjson";
        try
        {
            await foreach (var change in changes.Reader.ReadAllAsync(context.RequestAborted))
            {
                await context.Response.WriteAsync(JsonSerializer.Serialize(change, CatalogJson.Default.CatalogChange) + "\n");
                await context.Response.Body.FlushAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // The reader or the registry went away.
        }
        finally
        {
            lock (_gate)
            {
                _watchers = _watchers.Remove(changes);
            }
        }
    }
}
