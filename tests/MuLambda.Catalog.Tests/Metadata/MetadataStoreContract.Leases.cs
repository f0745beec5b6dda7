using MuLambda.Catalog.Metadata;

namespace MuLambda.Catalog.Tests.Metadata;

public abstract partial class MetadataStoreContract
{
    private static readonly TimeSpan Ttl = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task A_lease_that_is_not_renewed_expires_as_a_delete()
    {
        await using var store = await OpenAsync();
        var revision = await PutAsync(store, Executor("a"), "1", Ttl);

        Time.Advance(Ttl);

        var change = (await TakeAsync(store, revision, 1)).ShouldHaveSingleItem();
        change.ShouldBe(new StoreChange(CatalogChangeType.Delete, revision + 1, Executor("a")));
        (await store.GetAsync(Executor("a"))).ShouldBeNull();
        (await store.RenewAsync(Executor("a"))).ShouldBeFalse();
    }

    [Fact]
    public async Task A_lease_that_is_renewed_lives_on_without_a_change()
    {
        await using var store = await OpenAsync();
        var revision = await PutAsync(store, Executor("a"), "1", Ttl);
        await PutAsync(store, Executor("other"), "1", Ttl);

        for (var i = 0; i < 5; i++)
        {
            Time.Advance(Ttl * 0.9);
            (await store.RenewAsync(Executor("a"))).ShouldBeTrue();
        }

        (await TakeAsync(store, revision + 1, 1)).ShouldHaveSingleItem().Key.ShouldBe(Executor("other"));
        (await store.GetAsync(Executor("a"))).ShouldNotBeNull();
        store.Revision.ShouldBe(revision + 2);
    }

    [Fact]
    public async Task A_put_begins_the_lease_anew_even_when_it_changes_nothing()
    {
        await using var store = await OpenAsync();
        await PutAsync(store, Executor("a"), "1", Ttl);
        var revision = await PutAsync(store, Executor("other"), "1", Ttl);
        Time.Advance(Ttl * 0.9);

        await PutAsync(store, Executor("a"), "1", Ttl);
        Time.Advance(Ttl * 0.9);

        (await TakeAsync(store, revision, 1)).ShouldHaveSingleItem().Key.ShouldBe(Executor("other"));
        (await store.RenewAsync(Executor("a"))).ShouldBeTrue();
    }

    [Fact]
    public async Task A_put_with_a_shorter_lease_expires_by_the_shorter_one()
    {
        await using var store = await OpenAsync();
        await PutAsync(store, Executor("a"), "1", Ttl);
        var revision = await PutAsync(store, Executor("a"), "2", Ttl / 10);

        Time.Advance(Ttl / 10);

        (await TakeAsync(store, revision, 1)).ShouldHaveSingleItem().Type.ShouldBe(CatalogChangeType.Delete);
    }

    [Fact]
    public async Task An_expired_lease_cannot_be_renewed()
    {
        await using var store = await OpenAsync();
        await PutAsync(store, Executor("a"), "1", Ttl);

        Time.Advance(Ttl + TimeSpan.FromTicks(1));

        (await store.RenewAsync(Executor("a"))).ShouldBeFalse();
    }

    [Fact]
    public async Task An_entry_without_a_lease_never_expires_and_its_renewal_is_true()
    {
        await using var store = await OpenAsync();
        await PutAsync(store, Client("a"), "1", Ttl);
        await PutAsync(store, Client("a"), "1");
        var revision = await PutAsync(store, Client("other"), "1", Ttl);

        Time.Advance(TimeSpan.FromDays(30));

        (await TakeAsync(store, revision, 1)).ShouldHaveSingleItem().Key.ShouldBe(Client("other"));
        (await store.RenewAsync(Client("a"))).ShouldBeTrue();
        (await store.RenewAsync(Client("nobody"))).ShouldBeFalse();
    }

    [Fact]
    public async Task What_an_expired_entry_owned_goes_with_it()
    {
        await using var store = await OpenAsync();
        await PutAsync(store, Client("a"), "1", Ttl);
        await store.CommitAsync([new StorePut(Latency("n/a"), Bytes("5"), Owner: Client("a"))]);
        var revision = store.Revision;

        Time.Advance(Ttl);

        (await TakeAsync(store, revision, 2)).Select(c => c.Key!.Id).ShouldBe(["n/a", "a"]);
    }

    [Fact]
    public async Task After_a_restart_every_lease_begins_anew_in_full()
    {
        await using (var store = await OpenAsync())
        {
            await PutAsync(store, Executor("a"), "1", Ttl);
        }

        Time.Advance(Ttl * 5);
        await using var again = await OpenAsync();
        (await again.GetAsync(Executor("a"))).ShouldNotBeNull();
        Time.Advance(Ttl * 0.9);
        (await again.RenewAsync(Executor("a"))).ShouldBeTrue();
        Time.Advance(Ttl);
        (await TakeAsync(again, 1, 1)).ShouldHaveSingleItem().Type.ShouldBe(CatalogChangeType.Delete);
    }

    [Fact]
    public async Task A_thousand_leases_expire_each_once()
    {
        await using var store = await OpenAsync();
        await store.CommitAsync([.. Enumerable.Range(0, 1000).Select(i =>
            Put(Executor($"e{i}"), "1", Ttl + TimeSpan.FromMilliseconds(i)))]);
        var revision = store.Revision;

        Time.Advance(Ttl * 2);

        var expired = await TakeAsync(store, revision, 1000);
        expired.Select(c => c.Key).Distinct().Count().ShouldBe(1000);
        store.Revision.ShouldBe(revision + 1000);
    }
}
