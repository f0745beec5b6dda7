using System.Collections.Concurrent;
using System.Text;
using MuLambda.Catalog.Metadata;
using MuLambda.Catalog.Tests;

namespace MuLambda.Catalog.Redis.Tests;

public sealed class RedisServerFaultTests
{
    private static readonly StoreKey First = Key("first");

    [Fact]
    public async Task Killed_in_the_middle_of_writing_the_server_has_every_write_that_was_acknowledged()
    {
        using var server = new RedisServer();
        await server.InitializeAsync();
        await using var store = await OpenAsync(server);
        var acknowledged = new ConcurrentBag<string>();
        var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var writers = Enumerable.Range(0, 8).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; ; i++)
            {
                try
                {
                    await PutAsync(store, $"{writer}-{i}");
                }
                catch (MetadataStoreException)
                {
                    return;
                }

                acknowledged.Add($"{writer}-{i}");
                if (acknowledged.Count > 300)
                {
                    enough.TrySetResult();
                }
            }
        })).ToList();
        await enough.Task.WaitAsync(Deadline.Time);

        await server.KillAsync();
        await Task.WhenAll(writers).WaitAsync(Deadline.Time);
        await server.StartAsync();
        await EventuallyAsync(() => PutAsync(store, "next"));

        await using var again = await OpenAsync(server);
        var entries = (await again.ListAsync(CatalogKind.Client)).Entries.Select(e => e.Key.Id).ToHashSet();
        acknowledged.ShouldAllBe(id => entries.Contains(id));
        entries.ShouldContain("next");
        entries.ShouldBe((await store.ListAsync(CatalogKind.Client)).Entries.Select(e => e.Key.Id), ignoreOrder: true);
        (again.Epoch, again.Revision).ShouldBe((store.Epoch, store.Revision));
        again.Revision.ShouldBe(entries.Count);
        await server.DisposeAsync();
    }

    [Fact]
    public async Task While_the_server_is_away_reads_go_on_and_writes_fail_naming_it()
    {
        using var server = new RedisServer();
        await server.InitializeAsync();
        await using var store = await OpenAsync(server);
        await PutAsync(store, "first");

        await server.KillAsync();

        var exception = await Should.ThrowAsync<MetadataStoreException>(() => PutAsync(store, "second"));
        exception.Message.ShouldContain(server.Configuration);
        (await store.GetAsync(First)).ShouldNotBeNull();
        await server.StartAsync();
        await EventuallyAsync(() => PutAsync(store, "third"));
        (await store.GetAsync(Key("third"))).ShouldNotBeNull();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task A_write_whose_answer_never_came_is_settled_before_the_next_one()
    {
        using var server = new RedisServer();
        await server.InitializeAsync();
        await using var store = await OpenAsync(server, TimeSpan.FromMilliseconds(500));
        await PutAsync(store, "first");
        await server.SignalAsync("-STOP");
        await Should.ThrowAsync<MetadataStoreException>(() => PutAsync(store, "doubtful"));
        await server.SignalAsync("-CONT");

        await EventuallyAsync(() => PutAsync(store, "last"));

        await using var again = await OpenAsync(server);
        var entries = (await again.ListAsync(CatalogKind.Client)).Entries;
        entries.ShouldContain(e => e.Key.Id == "last");
        entries.Select(e => (e.Key, e.Revision)).ShouldBe(
            (await store.ListAsync(CatalogKind.Client)).Entries.Select(e => (e.Key, e.Revision)));
        again.Revision.ShouldBe(entries.Count);
        await server.DisposeAsync();
    }

    [Fact]
    public async Task A_server_that_lost_what_it_acknowledged_is_found_out_and_its_catalog_begins_another_epoch()
    {
        using var server = new RedisServer("--appendonly", "no");
        await server.InitializeAsync();
        var store = await OpenAsync(server);
        await PutAsync(store, "first");
        await server.CommandAsync("SAVE");
        await PutAsync(store, "lost");
        await server.KillAsync();
        await server.StartAsync();

        await EventuallyAsync(async () =>
            (await Should.ThrowAsync<MetadataStoreException>(() => PutAsync(store, "second"))).Message.ShouldContain("has lost writes"));

        await store.DisposeAsync();
        await using var again = await OpenAsync(server);
        again.Epoch.ShouldNotBe(store.Epoch);
        (await again.ListAsync(CatalogKind.Client)).Entries.Select(e => e.Key).ShouldBe([First]);
        (await PutAsync(again, "second")).Revisions.ShouldBe([2]);
        await server.DisposeAsync();
    }

    [Fact]
    public async Task A_password_is_needed_where_the_server_wants_one_and_is_in_no_message()
    {
        using var server = new RedisServer("--requirepass", "hunter2");
        await server.InitializeAsync();
        await using (var store = await RedisMetadataStore.OpenAsync(
            new RedisMetadataOptions { Configuration = server.Configuration + ",password=hunter2" }))
        {
            (await PutAsync(store, "first")).Committed.ShouldBeTrue();
        }

        var options = new RedisMetadataOptions
        {
            Configuration = server.Configuration + ",password=swordfish", OpenTimeout = TimeSpan.FromSeconds(2),
        };
        var wrong = await Should.ThrowAsync<MetadataStoreException>(() => RedisMetadataStore.OpenAsync(options));
        wrong.Message.ShouldContain(server.Configuration);
        wrong.ToString().ShouldNotContain("swordfish");
        await server.DisposeAsync();
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_waited_for_and_then_named()
    {
        var options = new RedisMetadataOptions
        {
            Configuration = "127.0.0.1:1", OpenTimeout = TimeSpan.FromSeconds(1), CommandTimeout = TimeSpan.FromSeconds(1),
        };

        var exception = await Should.ThrowAsync<MetadataStoreException>(() => RedisMetadataStore.OpenAsync(options));

        exception.Message.ShouldContain("127.0.0.1:1");
    }

    private static StoreKey Key(string id) => new(CatalogKind.Client, id);

    private static Task<StoreCommit> PutAsync(IMetadataStore store, string id) =>
        store.CommitAsync([new StorePut(Key(id), Encoding.UTF8.GetBytes(id))]);

    private static async Task<IMetadataStore> OpenAsync(RedisServer server, TimeSpan? timeout = null) =>
        await RedisMetadataStore.OpenAsync(new RedisMetadataOptions
        {
            Configuration = server.Configuration,
            CommandTimeout = timeout ?? TimeSpan.FromSeconds(10),
            WriteTimeout = timeout ?? TimeSpan.FromSeconds(1),
        });

    /// <summary>Until the connection is back, commits fail.</summary>
    private static async Task EventuallyAsync(Func<Task> attempt)
    {
        using var deadline = new CancellationTokenSource(Deadline.Time);
        while (true)
        {
            try
            {
                await attempt();
                return;
            }
            catch (Exception exception) when (exception is MetadataStoreException or ShouldAssertException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), deadline.Token);
            }
        }
    }
}
