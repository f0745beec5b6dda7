namespace MuLambda.Registry.Tests.Feed;

public sealed class CatalogFeedTests : IAsyncLifetime, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private RegistryServer _registry = null!;
    private HttpClient _http = null!;
    private CatalogFeed _feed = null!;
    private Task _running = Task.CompletedTask;

    public async Task InitializeAsync()
    {
        _registry = await RegistryServer.StartAsync();
        _http = new HttpClient { BaseAddress = _registry.Http.BaseAddress };
        _feed = new CatalogFeed(
            new RegistryClient(_http), new CatalogFeedOptions { MaxBackoff = TimeSpan.FromMilliseconds(200) });
        _running = _feed.RunAsync(_stop.Token);
    }

    public async Task DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.WaitAsync(Deadline.Time);
        await _registry.DisposeAsync();
    }

    public void Dispose()
    {
        _http.Dispose();
        _stop.Dispose();
    }

    [Fact]
    public async Task It_holds_the_catalog_and_follows_its_changes()
    {
        await _registry.PutModelAsync();
        await _registry.Client.PutExecutorAsync(Sample.Executor("e1", new ModelReference("echo", 1)));
        await _registry.Client.PutClientAsync(Sample.Client("a"));
        await _registry.Client.PutLatenciesAsync("local", [Sample.Latency("a")]);

        var full = await _feed.WaitForAsync(s => s.Latencies.Count == 1, Deadline.Token());

        full.Models["echo@1"].Signatures.Count.ShouldBe(1);
        full.Executors["e1"].Models.ShouldBe([new ModelReference("echo", 1)]);
        full.Clients["a"].ShouldBe(Sample.Client("a"));
        full.Latencies["local/a"].ShouldBe(Sample.Latency("a"));
        _feed.IsConnected.ShouldBeTrue();

        await _registry.Client.DeleteClientAsync("a");
        var after = await _feed.WaitForAsync(s => s.Clients.IsEmpty, Deadline.Token());
        after.Latencies.ShouldBeEmpty();
        full.Clients.Count.ShouldBe(1);
    }

    [Fact]
    public async Task It_keeps_the_last_catalog_while_the_registry_is_away_and_resumes_when_it_is_back()
    {
        await _registry.Client.PutClientAsync(Sample.Client("a"));
        var before = await _feed.WaitForAsync(s => s.Clients.Count == 1, Deadline.Token());
        var disconnected = new TaskCompletionSource();
        _feed.ConnectionChanged += connected =>
        {
            if (!connected)
            {
                disconnected.TrySetResult();
            }
        };

        await _registry.StopAsync();
        await disconnected.Task.WaitAsync(Deadline.Time);
        _feed.IsConnected.ShouldBeFalse();
        _feed.Current.ShouldBeSameAs(before);

        var published = new List<CatalogSnapshot>();
        _feed.Changed += published.Add;
        await _registry.StartAsync();
        await _registry.Client.PutClientAsync(Sample.Client("b"));
        var after = await _feed.WaitForAsync(s => s.Clients.Count == 2, Deadline.Token());

        after.Revision.ShouldBe(before.Revision + 1);
        published.ShouldHaveSingleItem().ShouldBeSameAs(after, "it resumed where it was, without a snapshot in between");
    }

    [Fact]
    public async Task A_registry_that_began_anew_replaces_the_catalog()
    {
        await _registry.Client.PutClientAsync(Sample.Client("old"));
        await _feed.WaitForAsync(s => s.Clients.ContainsKey("old"), Deadline.Token());

        await _registry.StopAsync();
        Directory.Delete(_registry.State, recursive: true);
        await _registry.StartAsync();
        await _registry.Client.PutClientAsync(Sample.Client("new"));

        var after = await _feed.WaitForAsync(s => s.Clients.ContainsKey("new"), Deadline.Token());
        after.Clients.Keys.ShouldBe(["new"]);
    }
}
