using System.Text;
using MuLambda.Catalog.Metadata;

namespace MuLambda.Catalog.Tests.Metadata;

/// <summary>What every <see cref="IMetadataStore"/> has to do.</summary>
public abstract partial class MetadataStoreContract
{
    protected ManualTime Time { get; } = new();

    /// <summary>Opens the test's store; again and again the same one.</summary>
    protected abstract Task<IMetadataStore> OpenAsync(int retainedChanges = 10_000);

    [Fact]
    public async Task What_was_put_is_read_and_listed_by_kind_in_order_of_id()
    {
        await using var store = await OpenAsync();
        await PutAsync(store, Client("b"), "2");
        await PutAsync(store, Client("a"), "1");
        await PutAsync(store, Executor("a"), "3");

        Text((await store.GetAsync(Client("a")))!).ShouldBe("1");
        var listing = await store.ListAsync(CatalogKind.Client);
        listing.Entries.Select(e => e.Key.Id).ShouldBe(["a", "b"]);
        listing.Revision.ShouldBe(store.Revision);
        (await store.GetAsync(Client("c"))).ShouldBeNull();
    }

    [Fact]
    public async Task Each_change_has_a_revision_of_its_own_one_after_the_other()
    {
        await using var store = await OpenAsync();

        var commit = await store.CommitAsync([Put(Client("a"), "1"), Put(Client("b"), "2"), new StoreDelete(Client("a"))]);

        commit.Revisions.ShouldBe([1, 2, 3]);
        store.Revision.ShouldBe(3);
    }

    [Fact]
    public async Task A_put_that_changes_nothing_is_no_change()
    {
        await using var store = await OpenAsync();
        var first = await PutAsync(store, Client("a"), "1");

        (await PutAsync(store, Client("a"), "1")).ShouldBe(first);
        (await PutAsync(store, Client("a"), "2")).ShouldBe(first + 1);
        store.Revision.ShouldBe(first + 1);
    }

    [Fact]
    public async Task Deleting_what_is_not_there_is_no_change()
    {
        await using var store = await OpenAsync();

        (await store.CommitAsync([new StoreDelete(Client("a"))])).Revisions.ShouldBe([0]);

        store.Revision.ShouldBe(0);
    }

    [Fact]
    public async Task A_commit_with_a_wrong_expected_revision_writes_none_of_its_operations()
    {
        await using var store = await OpenAsync();
        var revision = await PutAsync(store, Client("a"), "1");

        var commit = await store.CommitAsync([
            Put(Client("b"), "2"),
            new StorePut(Client("a"), Bytes("3"), ExpectedRevision: revision + 7),
        ]);

        commit.Committed.ShouldBeFalse();
        commit.Conflict.ShouldBe(Client("a"));
        (await store.GetAsync(Client("b"))).ShouldBeNull();
        store.Revision.ShouldBe(revision);
    }

    [Fact]
    public async Task An_expected_revision_of_0_means_absent()
    {
        await using var store = await OpenAsync();
        var create = new StorePut(Client("a"), Bytes("1"), ExpectedRevision: 0);

        (await store.CommitAsync([create])).Committed.ShouldBeTrue();
        (await store.CommitAsync([create])).Committed.ShouldBeFalse();
    }

    [Fact]
    public async Task Of_concurrent_compare_and_sets_at_one_revision_exactly_one_wins()
    {
        await using var store = await OpenAsync();
        var revision = await PutAsync(store, Client("a"), "start");

        var commits = await Task.WhenAll(Enumerable.Range(0, 20).Select(i =>
            store.CommitAsync([new StorePut(Client("a"), Bytes($"{i}"), ExpectedRevision: revision)])));

        commits.Count(c => c.Committed).ShouldBe(1);
        var winner = Array.FindIndex(commits, c => c.Committed);
        Text((await store.GetAsync(Client("a")))!).ShouldBe($"{winner}");
    }

    [Fact]
    public async Task What_is_owned_is_deleted_before_its_owner()
    {
        await using var store = await OpenAsync();
        await PutAsync(store, Client("a"), "1");
        await store.CommitAsync([
            new StorePut(Latency("n1/a"), Bytes("5"), Owner: Client("a")),
            new StorePut(Latency("n2/a"), Bytes("6"), Owner: Client("a")),
        ]);
        var before = store.Revision;

        await store.CommitAsync([new StoreDelete(Client("a"))]);

        (await store.ListAsync(CatalogKind.Latency)).Entries.ShouldBeEmpty();
        var deleted = await TakeAsync(store, before, 3);
        deleted.Select(c => c.Key!.Id).ShouldBe(["n1/a", "n2/a", "a"]);
    }

    [Fact]
    public async Task A_put_whose_owner_is_not_there_is_passed_over()
    {
        await using var store = await OpenAsync();

        var commit = await store.CommitAsync([new StorePut(Latency("n/a"), Bytes("5"), Owner: Client("a"))]);

        commit.Revisions.ShouldBe([0]);
        (await store.GetAsync(Latency("n/a"))).ShouldBeNull();
    }

    [Fact]
    public async Task Values_ids_leases_and_commits_have_limits()
    {
        await using var store = await OpenAsync();
        StoreOperation[] refused =
        [
            new StorePut(Client("a"), new byte[MetadataLimits.ValueBytes + 1]),
            Put(Client(new string('a', MetadataLimits.IdLength + 1)), "1"),
            Put(Client(""), "1"),
            new StorePut(Client("a"), Bytes("1"), TimeSpan.Zero),
            new StorePut(Client("a"), Bytes("1"), MetadataLimits.Lease + TimeSpan.FromTicks(1)),
        ];

        foreach (var operation in refused)
        {
            await Should.ThrowAsync<ArgumentException>(() => store.CommitAsync([operation]));
        }

        await Should.ThrowAsync<ArgumentException>(() => store.CommitAsync([]));
        store.Revision.ShouldBe(0);
    }

    [Fact]
    public async Task Everything_is_there_after_a_restart()
    {
        string epoch;
        long revision;
        await using (var store = await OpenAsync())
        {
            await PutAsync(store, Client("a"), "1");
            await store.CommitAsync([new StorePut(Latency("n/a"), Bytes("5"), Owner: Client("a"))]);
            await PutAsync(store, Client("b"), "2");
            await store.CommitAsync([new StoreDelete(Client("b"))]);
            (epoch, revision) = (store.Epoch, store.Revision);
        }

        await using var again = await OpenAsync();
        again.Epoch.ShouldBe(epoch);
        again.Revision.ShouldBe(revision);
        Text((await again.GetAsync(Client("a")))!).ShouldBe("1");
        (await again.GetAsync(Client("b"))).ShouldBeNull();
        (await TakeAsync(again, 1, 3)).Select(c => (c.Revision, c.Type)).ShouldBe(
            [(2, CatalogChangeType.Put), (3, CatalogChangeType.Put), (4, CatalogChangeType.Delete)]);

        await again.CommitAsync([new StoreDelete(Client("a"))]);
        (await again.GetAsync(Latency("n/a"))).ShouldBeNull();
    }

    [Fact]
    public async Task Every_kind_of_noun_is_kept_apart_followed_and_there_after_a_restart()
    {
        var kinds = Enum.GetValues<CatalogKind>();
        await using (var store = await OpenAsync())
        {
            await store.CommitAsync([.. kinds.Select(kind => Put(new StoreKey(kind, "a"), $"{kind}", TimeSpan.FromHours(1)))]);
        }

        await using var again = await OpenAsync();
        foreach (var kind in kinds)
        {
            var entry = (await again.ListAsync(kind)).Entries.ShouldHaveSingleItem();
            (entry.Key, Text(entry)).ShouldBe((new StoreKey(kind, "a"), $"{kind}"));
            (await again.RenewAsync(entry.Key)).ShouldBeTrue();
        }

        (await TakeAsync(again, 1, kinds.Length - 1)).Select(c => c.Key!.Kind).ShouldBe(kinds[1..]);
    }

    [Fact]
    public async Task A_ring_of_owned_entries_keeps_its_last_and_goes_with_its_owner_also_after_a_restart()
    {
        var owner = new StoreKey(CatalogKind.Deployment, "m");
        await using (var store = await OpenAsync())
        {
            await PutAsync(store, owner, "deployment");
            for (var i = 0; i < 7; i++)
            {
                await store.CommitAsync([new StorePut(new StoreKey(CatalogKind.Decision, $"m/{i % 3}"), Bytes($"{i}"), Owner: owner)]);
            }
        }

        await using var again = await OpenAsync();
        (await again.ListAsync(CatalogKind.Decision)).Entries.Select(Text).ShouldBe(["6", "4", "5"]);
        await PutAsync(again, owner, "changed");
        (await again.ListAsync(CatalogKind.Decision)).Entries.Count.ShouldBe(3);
        await again.CommitAsync([new StoreDelete(owner)]);
        (await again.ListAsync(CatalogKind.Decision)).Entries.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_revision_never_comes_again_after_an_expiry_and_a_restart()
    {
        var key = new StoreKey(CatalogKind.Leadership, "scaler");
        long expired;
        await using (var store = await OpenAsync())
        {
            var taken = await PutAsync(store, key, "a", Ttl);
            Time.Advance(Ttl);
            expired = (await TakeAsync(store, taken, 1)).Single().Revision;
        }

        await using var again = await OpenAsync();
        (await PutAsync(again, key, "a", Ttl)).ShouldBe(expired + 1);
    }

    protected static StoreKey Client(string id) => new(CatalogKind.Client, id);

    protected static StoreKey Executor(string id) => new(CatalogKind.Executor, id);

    protected static StoreKey Latency(string id) => new(CatalogKind.Latency, id);

    protected static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    protected static string Text(StoreEntry entry) => Encoding.UTF8.GetString(entry.Value.Span);

    protected static StorePut Put(StoreKey key, string value, TimeSpan? lease = null) => new(key, Bytes(value), lease);

    protected static async Task<long> PutAsync(IMetadataStore store, StoreKey key, string value, TimeSpan? lease = null) =>
        (await store.CommitAsync([Put(key, value, lease)])).Revisions[0];

    protected static async Task<List<StoreChange>> TakeAsync(
        IMetadataStore store, long revision, int count, string? epoch = null)
    {
        var changes = new List<StoreChange>();
        await foreach (var change in store.WatchAsync(revision, epoch, Deadline.Token()))
        {
            changes.Add(change);
            if (changes.Count == count)
            {
                break;
            }
        }

        return changes;
    }
}
