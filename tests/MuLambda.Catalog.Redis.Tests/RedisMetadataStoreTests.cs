using MuLambda.Catalog.Metadata;
using MuLambda.Catalog.Tests.Metadata;

namespace MuLambda.Catalog.Redis.Tests;

public sealed class RedisMetadataStoreTests(RedisServer server) : MetadataStoreContract, IClassFixture<RedisServer>
{
    private readonly string _prefix = $"{{{Guid.NewGuid():N}}}:catalog";

    [Fact]
    public async Task The_store_opened_last_writes_and_the_one_before_says_that_it_cannot()
    {
        await using var first = await OpenAsync();
        await PutAsync(first, Client("a"), "1");
        await using var second = await OpenAsync();

        var exception = await Should.ThrowAsync<MetadataStoreException>(() => PutAsync(first, Client("a"), "late"));
        exception.Message.ShouldContain("Another registry");
        await Should.ThrowAsync<MetadataStoreException>(() => PutAsync(first, Client("b"), "late"));
        (await PutAsync(second, Client("c"), "1")).ShouldBe(2);

        await using var again = await OpenAsync();
        Text((await again.GetAsync(Client("a")))!).ShouldBe("1");
        (await again.GetAsync(Client("b"))).ShouldBeNull();
    }

    [Fact]
    public async Task Leases_owners_and_any_bytes_come_back_as_they_were()
    {
        var lease = TimeSpan.FromTicks(12_345_678);
        var value = Enumerable.Range(0, 256).Select(i => (byte)i).ToArray();
        await using (var store = await OpenAsync())
        {
            await PutAsync(store, Client("a/b\nc"), "1");
            await store.CommitAsync([new StorePut(Executor("e"), value, lease, Owner: Client("a/b\nc"))]);
        }

        await using var again = await OpenAsync();
        var entry = (await again.GetAsync(Executor("e")))!;
        (entry.Lease, entry.Owner, entry.Revision).ShouldBe((lease, Client("a/b\nc"), 2));
        entry.Value.ToArray().ShouldBe(value);
    }

    [Fact]
    public async Task The_history_in_redis_is_bounded_and_resumed_after_a_restart()
    {
        await using (var store = await OpenAsync(retainedChanges: 5))
        {
            for (var i = 0; i < 30; i++)
            {
                await PutAsync(store, Client("a"), $"{i}");
            }
        }

        ((long)await server.CommandAsync("LLEN", _prefix + ":changes")).ShouldBeLessThanOrEqualTo(6);
        await using var again = await OpenAsync(retainedChanges: 5);
        (await TakeAsync(again, 25, 5)).Select(c => c.Revision).ShouldBe([26, 27, 28, 29, 30]);
    }

    [Fact]
    public async Task A_commit_of_the_most_operations_is_one_step()
    {
        await using var store = await OpenAsync();

        var commit = await store.CommitAsync(
            [.. Enumerable.Range(0, MetadataLimits.Operations).Select(i => Put(Client($"c{i}"), $"{i}"))]);

        commit.Revisions.Count.ShouldBe(MetadataLimits.Operations);
        await using var again = await OpenAsync();
        (await again.ListAsync(CatalogKind.Client)).Entries.Count.ShouldBe(MetadataLimits.Operations);
    }

    [Theory]
    [InlineData("HSET", "head", "schema 99", "schema 99")]
    [InlineData("HDEL", "entries", "client/a", "damaged")]
    [InlineData("HSET", "entries", "client/a garbage", "damaged")]
    [InlineData("DEL", "head", "", "damaged")]
    public async Task What_is_not_a_whole_catalog_of_this_version_is_refused(
        string command, string key, string arguments, string reason)
    {
        await using (var store = await OpenAsync())
        {
            await PutAsync(store, Client("a"), "1");
        }

        await server.CommandAsync(
            command, [$"{_prefix}:{key}", .. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries).Cast<object>()]);

        (await Should.ThrowAsync<MetadataStoreException>(() => OpenAsync())).Message.ShouldContain(reason);
    }

    [Theory]
    [InlineData("")]
    [InlineData("127.0.0.1:1,hunter2=1")]
    [InlineData(",password=hunter2")]
    public async Task A_malformed_connection_string_is_refused_without_showing_it(string configuration)
    {
        var exception = await Should.ThrowAsync<ArgumentException>(
            () => RedisMetadataStore.OpenAsync(new RedisMetadataOptions { Configuration = configuration }));

        exception.ToString().ShouldNotContain("hunter2");
    }

    protected override async Task<IMetadataStore> OpenAsync(int retainedChanges = 10_000) =>
        await RedisMetadataStore.OpenAsync(
            new RedisMetadataOptions
            {
                Configuration = server.Configuration,
                KeyPrefix = _prefix,
                RetainedChanges = retainedChanges,
                CommandTimeout = TimeSpan.FromSeconds(20),
            },
            Time);
}
