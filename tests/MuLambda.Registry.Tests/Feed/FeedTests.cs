using System.Net;
using MuLambda.Registry.Feed;

namespace MuLambda.Registry.Tests.Feed;

public sealed class FeedTests
{
    [Fact]
    public async Task Watchers_that_reconnect_anywhere_see_every_change_once_and_in_order()
    {
        var seed = Random.Shared.Next();
        await using var registry = await RegistryServer.StartAsync();
        var client = registry.Client;
        await client.PutClientAsync(Sample.Client("first"));
        var epoch = (await client.WatchAsync(1, null, Deadline.Token()).FirstAsync()).Epoch!;
        var writers = Task.WhenAll(Enumerable.Range(0, 3).Select(async writer =>
        {
            var random = new Random(seed + writer);
            for (var i = 0; i < 60; i++)
            {
                var id = $"c{random.Next(10)}";
                if (random.Next(4) == 0)
                {
                    await client.DeleteClientAsync(id);
                }
                else
                {
                    await client.PutClientAsync(Sample.Client(id) with { Node = $"n{writer}-{i}" });
                }
            }
        }));
        var watchers = Enumerable.Range(0, 3).Select(async watcher =>
        {
            var random = new Random(seed + 100 + watcher);
            var seen = new List<CatalogChange>();
            while (seen.LastOrDefault()?.Id != "last")
            {
                await foreach (var change in client.WatchAsync(seen.LastOrDefault()?.Revision ?? 1, epoch, Deadline.Token()))
                {
                    if (change.Type != CatalogChangeType.Heartbeat)
                    {
                        seen.Add(change);
                    }

                    if (random.Next(8) == 0 || change.Id == "last")
                    {
                        break;
                    }
                }
            }

            return seen;
        }).ToList();

        await writers;
        await client.PutClientAsync(Sample.Client("last"));

        var whole = (await Task.WhenAll(watchers)).ToList();
        foreach (var seen in whole)
        {
            seen.Select(c => c.Revision).ShouldBe(Enumerable.Range(2, seen.Count).Select(r => (long)r), $"seed {seed}");
            var catalog = seen.Prepend(Put(1, Sample.Client("first"))).Aggregate(CatalogSnapshot.Empty, (s, c) => s.Apply(c));
            catalog.Clients.Values.ShouldBe(await client.ListClientsAsync(), ignoreOrder: true, $"seed {seed}");
        }

        whole.ShouldAllBe(seen => seen.Count == whole[0].Count);
    }

    [Theory]
    [InlineData("v1/watch")]
    [InlineData("v1/watch?revision=0")]
    [InlineData("v1/watch?revision=2")]
    [InlineData("v1/watch?revision=99")]
    [InlineData("v1/watch?revision=20&epoch=another-life")]
    public async Task A_watch_that_cannot_be_resumed_begins_with_a_snapshot(string uri)
    {
        await using var registry = await RegistryServer.StartAsync(null, "--retained-changes", "5");
        for (var i = 0; i < 20; i++)
        {
            await registry.Client.PutClientAsync(Sample.Client("a") with { Node = $"n{i}" });
        }

        var lines = await LinesAsync(registry, uri, 3);

        lines[0].ShouldBe("""{"type":"snapshot-begin","revision":0}""");
        lines[1].ShouldStartWith("""{"type":"put","revision":20,"kind":"client","id":"a","client":{"id":"a",""");
        lines[2].ShouldStartWith("""{"type":"snapshot-end","revision":20,"epoch":""");
    }

    [Fact]
    public async Task A_revision_that_is_no_number_is_refused()
    {
        await using var registry = await RegistryServer.StartAsync();

        using var answer = await registry.Http.GetAsync("v1/watch?revision=x");

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("revision");
    }

    [Fact]
    public async Task A_feed_without_changes_has_a_heartbeat_at_least_every_five_seconds()
    {
        ChangeFeed.HeartbeatInterval.ShouldBeLessThan(TimeSpan.FromSeconds(5));
        var time = new ManualTime();
        await using var registry = await RegistryServer.StartAsync(time);
        await registry.Client.PutClientAsync(Sample.Client("a"));
        await using var feed = registry.Client.WatchAsync(1, null, Deadline.Token()).GetAsyncEnumerator();
        await feed.MoveNextAsync();
        feed.Current.Type.ShouldBe(CatalogChangeType.Heartbeat);

        for (var i = 0; i < 3; i++)
        {
            await time.WaitForTimerAsync(ChangeFeed.HeartbeatInterval);
            time.Advance(ChangeFeed.HeartbeatInterval);

            (await feed.MoveNextAsync()).ShouldBeTrue();
            feed.Current.Type.ShouldBe(CatalogChangeType.Heartbeat);
            feed.Current.Revision.ShouldBe(1);
        }
    }

    [Fact]
    public async Task An_expired_lease_and_its_reports_are_deletes_in_the_feed()
    {
        var time = new ManualTime();
        await using var registry = await RegistryServer.StartAsync(time);
        await registry.Client.PutClientAsync(Sample.Client("a", leaseSeconds: 10));
        await registry.Client.PutLatenciesAsync("local", [Sample.Latency("a")]);

        time.Advance(TimeSpan.FromSeconds(10));

        var changes = await registry.Client.WatchAsync(2, null, Deadline.Token())
            .Where(c => c.Type != CatalogChangeType.Heartbeat).Take(2).ToListAsync();
        changes.Select(c => (c.Type, c.Kind, c.Id)).ShouldBe(
        [
            (CatalogChangeType.Delete, CatalogKind.Latency, "local/a"),
            (CatalogChangeType.Delete, CatalogKind.Client, "a"),
        ]);
    }

    [Fact]
    public async Task The_registry_stops_at_once_although_somebody_watches()
    {
        await using var registry = await RegistryServer.StartAsync();
        await using var feed = registry.Client.WatchAsync(0, null, Deadline.Token()).GetAsyncEnumerator();
        await feed.MoveNextAsync();

        var started = TimeProvider.System.GetTimestamp();
        await registry.StopAsync();

        TimeProvider.System.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(7));
    }

    [Fact]
    public async Task Too_many_watchers_are_refused_and_a_place_is_free_again_when_one_leaves()
    {
        await using var registry = await RegistryServer.StartAsync(null, "--max-watchers", "1");
        var feed = registry.Client.WatchAsync(0, null, Deadline.Token()).GetAsyncEnumerator();
        await feed.MoveNextAsync();

        var refused = await Should.ThrowAsync<RegistryException>(
            () => registry.Client.WatchAsync(0, null, Deadline.Token()).FirstAsync().AsTask());
        refused.Status.ShouldBe(HttpStatusCode.ServiceUnavailable);

        await feed.DisposeAsync();
        var again = new CatalogFeed(registry.Client, new CatalogFeedOptions { MaxBackoff = TimeSpan.FromMilliseconds(200) });
        using var stop = new CancellationTokenSource();
        var running = again.RunAsync(stop.Token);
        (await again.WaitForFirstSnapshotAsync(Deadline.Token())).Revision.ShouldBe(0);
        await stop.CancelAsync();
        await running;
    }

    private static CatalogChange Put(long revision, Client client) =>
        new(CatalogChangeType.Put, revision, CatalogKind.Client, client.Id, Client: client);

    private static async Task<List<string>> LinesAsync(RegistryServer registry, string uri, int count)
    {
        using var answer = await registry.Http.GetAsync(uri, HttpCompletionOption.ResponseHeadersRead);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/x-ndjson");
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
        var lines = new List<string>();
        while (lines.Count < count)
        {
            lines.Add((await reader.ReadLineAsync(Deadline.Token()))!);
        }

        return lines;
    }
}
