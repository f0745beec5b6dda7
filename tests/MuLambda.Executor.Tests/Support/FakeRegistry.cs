using System.Formats.Tar;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using MuLambda.Catalog;

namespace MuLambda.Executor.Tests.Support;

/// <summary>The calls of the registry an executor makes, on a real server.</summary>
internal sealed class FakeRegistry : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Dictionary<string, (Model Model, byte[] Tar)> _models = [];
    private readonly List<ChannelWriter<CatalogChange>> _watchers = [];
    private readonly string _epoch = Guid.NewGuid().ToString("N");
    private long _revision = 1;
    private int _downloads;

    private FakeRegistry(WebApplication app) => _app = app;

    public Uri Url { get; private set; } = null!;

    public int Downloads => Volatile.Read(ref _downloads);

    /// <summary>What a download sends instead of the artifact.</summary>
    public byte[]? Damaged { get; set; }

    public static async Task<FakeRegistry> StartAsync(string url = "http://127.0.0.1:0")
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(url);
        var registry = new FakeRegistry(builder.Build());
        registry._app.MapGet("/v1/watch", registry.WatchAsync);
        registry._app.MapGet("/v1/models/{name}/versions/{version}/artifact", registry.SendAsync);
        await registry._app.StartAsync();
        registry.Url = new Uri(registry._app.Urls.First());
        return registry;
    }

    public Model Add(string name, long version, string directory)
    {
        using var tar = new MemoryStream();
        TarFile.CreateFromDirectory(directory, tar, includeBaseDirectory: false);
        var bytes = tar.ToArray();
        var model = new Model(
            name,
            version,
            "regression",
            "tensor",
            "tensor",
            new Accuracy("r2", 0.9, "none"),
            [],
            ModelFormat.Onnx,
            bytes.Length,
            Convert.ToHexStringLower(SHA256.HashData(bytes)),
            null,
            DateTimeOffset.UnixEpoch);
        lock (_models)
        {
            _models[$"{name}/{version}"] = (model, bytes);
            Publish(new CatalogChange(CatalogChangeType.Put, ++_revision, CatalogKind.Model, model.Reference.ToString(), model));
        }

        return model;
    }

    public void Delete(string name, long version)
    {
        lock (_models)
        {
            _models.Remove($"{name}/{version}");
            Publish(new CatalogChange(CatalogChangeType.Delete, ++_revision, CatalogKind.Model, $"{name}@{version}"));
        }
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task WatchAsync(HttpContext context)
    {
        var changes = Channel.CreateUnbounded<CatalogChange>();
        lock (_models)
        {
            changes.Writer.TryWrite(new CatalogChange(CatalogChangeType.SnapshotBegin, _revision));
            foreach (var (model, _) in _models.Values)
            {
                changes.Writer.TryWrite(new CatalogChange(CatalogChangeType.Put, _revision, CatalogKind.Model, model.Reference.ToString(), model));
            }

            changes.Writer.TryWrite(new CatalogChange(CatalogChangeType.SnapshotEnd, _revision, Epoch: _epoch));
            _watchers.Add(changes.Writer);
        }

        context.Response.ContentType = "application/x-ndjson";
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _app.Lifetime.ApplicationStopping);
        try
        {
            await foreach (var change in changes.Reader.ReadAllAsync(stopping.Token))
            {
                await context.Response.WriteAsync(JsonSerializer.Serialize(change, CatalogJson.Default.CatalogChange) + "\n", stopping.Token);
                await context.Response.Body.FlushAsync(stopping.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The watcher or the test has ended.
        }
    }

    private void Publish(CatalogChange change) => _watchers.ForEach(watcher => watcher.TryWrite(change));

    private async Task SendAsync(HttpContext context)
    {
        Interlocked.Increment(ref _downloads);
        await context.Response.Body.WriteAsync(Damaged ?? Find(context)!.Value.Tar);
    }

    private (Model Model, byte[] Tar)? Find(HttpContext context)
    {
        lock (_models)
        {
            var key = string.Create(CultureInfo.InvariantCulture, $"{context.Request.RouteValues["name"]}/{context.Request.RouteValues["version"]}");
            return _models.TryGetValue(key, out var found) ? found : null;
        }
    }
}
