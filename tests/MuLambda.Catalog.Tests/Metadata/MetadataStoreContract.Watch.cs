using MuLambda.Catalog.Metadata;

namespace MuLambda.Catalog.Tests.Metadata;

public abstract partial class MetadataStoreContract
{
    [Fact]
    public async Task A_watch_goes_on_after_its_revision_and_waits_for_more()
    {
        await using var store = await OpenAsync();
        await PutAsync(store, Client("a"), "1");
        await PutAsync(store, Client("b"), "2");
        var watch = TakeAsync(store, 1, 3, store.Epoch);

        await store.CommitAsync([new StoreDelete(Client("a"))]);
        await PutAsync(store, Client("c"), "3");

        (await watch).Select(c => (c.Revision, c.Type, c.Key!.Id)).ShouldBe(
            [(2, CatalogChangeType.Put, "b"), (3, CatalogChangeType.Delete, "a"), (4, CatalogChangeType.Put, "c")]);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(-1, true)]
    [InlineData(99, true)]
    [InlineData(2, false)]
    public async Task A_watch_from_a_revision_that_means_nothing_here_begins_with_a_snapshot(long revision, bool sameEpoch)
    {
        await using var store = await OpenAsync();
        await PutAsync(store, Client("a"), "1");
        await PutAsync(store, Executor("b"), "2");
        await PutAsync(store, Client("a"), "3");

        var watch = TakeAsync(store, revision, 5, sameEpoch ? store.Epoch : "another life");
        await PutAsync(store, Client("c"), "4");

        (await watch).Select(c => (c.Type, c.Key?.Id)).ShouldBe(
        [
            (CatalogChangeType.SnapshotBegin, null),
            (CatalogChangeType.Put, "b"),
            (CatalogChangeType.Put, "a"),
            (CatalogChangeType.SnapshotEnd, null),
            (CatalogChangeType.Put, "c"),
        ],
        ignoreOrder: false);
    }

    [Fact]
    public async Task A_watch_from_before_the_retained_history_begins_with_a_snapshot()
    {
        await using var store = await OpenAsync(retainedChanges: 5);
        for (var i = 0; i < 20; i++)
        {
            await PutAsync(store, Client("a"), $"{i}");
        }

        (await TakeAsync(store, 15, 5)).Select(c => c.Revision).ShouldBe([16, 17, 18, 19, 20]);
        var old = await TakeAsync(store, 14, 3);
        old.Select(c => (c.Type, c.Revision)).ShouldBe(
            [(CatalogChangeType.SnapshotBegin, 0), (CatalogChangeType.Put, 20), (CatalogChangeType.SnapshotEnd, 20)]);
    }

    [Fact]
    public async Task A_watcher_that_falls_behind_gets_a_snapshot_and_goes_on()
    {
        await using var store = await OpenAsync(retainedChanges: 5);
        await PutAsync(store, Client("a"), "0");
        await PutAsync(store, Client("a"), "1");
        await using var watch = store.WatchAsync(1, null, Deadline.Token()).GetAsyncEnumerator();
        (await watch.MoveNextAsync()).ShouldBeTrue();
        watch.Current.Revision.ShouldBe(2);

        for (var i = 0; i < 20; i++)
        {
            await PutAsync(store, Client("a"), $"late {i}");
        }

        await watch.MoveNextAsync();
        watch.Current.Type.ShouldBe(CatalogChangeType.SnapshotBegin);
        await watch.MoveNextAsync();
        watch.Current.Key.ShouldBe(Client("a"));
        await watch.MoveNextAsync();
        watch.Current.ShouldBe(new StoreChange(CatalogChangeType.SnapshotEnd, 22));
    }

    [Fact]
    public async Task A_watch_ends_with_its_store_and_with_its_token()
    {
        var store = await OpenAsync();
        await PutAsync(store, Client("a"), "1");
        var ended = TakeAsync(store, 1, 1);
        using var cancel = new CancellationTokenSource();
        var cancelled = Task.Run(async () =>
        {
            await foreach (var _ in store.WatchAsync(1, null, cancel.Token))
            {
            }
        });

        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(cancelled);
        await store.DisposeAsync();
        (await ended).ShouldBeEmpty();
    }

    [Fact]
    public async Task Watchers_that_resume_anywhere_see_every_change_once_and_in_order()
    {
        const int Writers = 4, Writes = 150;
        var seed = Random.Shared.Next();
        await using var store = await OpenAsync();
        await PutAsync(store, Client("first"), "1");
        var writers = Task.WhenAll(Enumerable.Range(0, Writers).Select(async writer =>
        {
            var random = new Random(seed + writer);
            for (var i = 0; i < Writes; i++)
            {
                var count = random.Next(1, 4);
                await store.CommitAsync([.. Enumerable.Range(0, count).Select(_ =>
                    Put(Client($"c{random.Next(20)}"), $"{writer} {i} {random.Next()}"))]);
            }
        }));
        var watchers = Enumerable.Range(0, 4).Select(async watcher =>
        {
            var random = new Random(seed + 100 + watcher);
            var seen = new List<StoreChange>();
            while (seen.LastOrDefault()?.Key != Client("last"))
            {
                var next = seen.LastOrDefault()?.Revision ?? 1;
                await foreach (var change in store.WatchAsync(next, store.Epoch, Deadline.Token()))
                {
                    seen.Add(change);
                    if (random.Next(10) == 0 || change.Key == Client("last"))
                    {
                        break;
                    }
                }
            }

            return seen;
        }).ToList();

        await writers;
        var last = await PutAsync(store, Client("last"), "1");

        foreach (var seen in await Task.WhenAll(watchers))
        {
            seen.Select(c => c.Revision).ShouldBe(
                Enumerable.Range(2, (int)last - 1).Select(r => (long)r), $"seed {seed}");
        }
    }
}
