using Microsoft.Data.Sqlite;
using MuLambda.Catalog.Metadata;
using MuLambda.Catalog.Metadata.Sqlite;

namespace MuLambda.Catalog.Tests.Metadata;

public sealed class SqliteMetadataStoreTests : MetadataStoreContract, IDisposable
{
    private readonly TestDirectory _directory = new();

    private string Database => _directory.File("catalog.db");

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(3)]
    [InlineData(40)]
    [InlineData(200)]
    public async Task Killed_in_the_middle_of_writing_it_has_every_write_it_acknowledged(int writesBeforeKill)
    {
        var acknowledged = new List<string>();
        for (var run = 0; run < 2; run++)
        {
            using var process = SqliteWriterProcess.Start(Database);
            var lines = 0;
            while (await process.StandardOutput.ReadLineAsync(Deadline.Token()) is { } line)
            {
                // The last line may be cut off by the kill.
                if (line.EndsWith(';'))
                {
                    acknowledged.Add(line.TrimEnd(';'));
                }

                if (++lines == writesBeforeKill)
                {
                    process.Kill();
                }
            }

            await process.WaitForExitAsync(Deadline.Token());
            lines.ShouldBeGreaterThanOrEqualTo(writesBeforeKill);
        }

        await using var store = await OpenAsync();
        var clients = (await store.ListAsync(CatalogKind.Client)).Entries.ToDictionary(e => e.Key.Id, Text);
        var executors = (await store.ListAsync(CatalogKind.Executor)).Entries.Select(e => e.Key.Id);
        acknowledged.ShouldAllBe(id => clients.ContainsKey(id));
        clients.ShouldAllBe(entry => entry.Value.StartsWith(entry.Key, StringComparison.Ordinal));
        executors.ShouldBe(clients.Keys, ignoreOrder: true, "each commit is there whole or not at all");
        store.Revision.ShouldBe(clients.Count * 2);
        (await PutAsync(store, Client("next"), "1")).ShouldBe(clients.Count * 2 + 1);
    }

    [Fact]
    public async Task A_damaged_file_is_refused_with_what_to_do()
    {
        await using (var store = await OpenAsync())
        {
            for (var i = 0; i < 200; i++)
            {
                await PutAsync(store, Client($"c{i}"), new string('x', 500));
            }
        }

        using (var file = File.OpenWrite(Database))
        {
            file.Position = 4096 * 2;
            file.Write(Enumerable.Repeat((byte)0xAB, 4096 * 8).ToArray());
        }

        var exception = await Should.ThrowAsync<MetadataStoreException>(() => OpenAsync());
        exception.Message.ShouldContain(Database);
        exception.Message.ShouldContain("damaged");
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_refused_and_left_alone()
    {
        await File.WriteAllTextAsync(Database, new string('#', 10_000));

        (await Should.ThrowAsync<MetadataStoreException>(() => OpenAsync())).Message.ShouldContain("damaged");

        (await File.ReadAllTextAsync(Database)).ShouldBe(new string('#', 10_000));
    }

    [Theory]
    [InlineData("CREATE TABLE songs (id)", "another program")]
    [InlineData("PRAGMA application_id = 1836403761; PRAGMA user_version = 99; CREATE TABLE life (a)", "schema 99")]
    public async Task Another_program_s_database_and_a_later_schema_are_refused(string sql, string reason)
    {
        await using (var connection = new SqliteConnection($"Data Source={Database};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The statements are this test's own.
            command.CommandText = sql;
#pragma warning restore CA2100
            command.ExecuteNonQuery();
        }

        (await Should.ThrowAsync<MetadataStoreException>(() => OpenAsync())).Message.ShouldContain(reason);
    }

    [Fact]
    public async Task A_database_in_use_is_refused()
    {
        await using var store = await OpenAsync();

        (await Should.ThrowAsync<MetadataStoreException>(() => OpenAsync())).Message.ShouldContain("in use");
    }

    [Fact]
    public async Task A_store_that_began_anew_has_another_epoch()
    {
        string epoch;
        await using (var store = await OpenAsync())
        {
            epoch = store.Epoch;
        }

        File.Delete(Database);
        await using var again = await OpenAsync();

        again.Epoch.ShouldNotBe(epoch);
    }

    [Fact]
    public async Task A_full_queue_refuses_at_once_and_what_it_took_is_written()
    {
        await using var store = SqliteMetadataStore.Open(Database, new SqliteMetadataOptions { QueuedCommits = 2 }, Time);
        var commits = Enumerable.Range(0, 3000).Select(async i =>
        {
            try
            {
                await store.CommitAsync([Put(Client($"c{i}"), "1")]);
                return true;
            }
            catch (MetadataStoreBusyException)
            {
                return false;
            }
        }).ToList();

        var taken = await Task.WhenAll(commits);

        taken.ShouldContain(true);
        taken.ShouldContain(false);
        (await store.ListAsync(CatalogKind.Client)).Entries.Count.ShouldBe(taken.Count(t => t));
    }

    [Fact]
    public async Task A_closed_store_takes_nothing_but_wrote_what_it_had_taken()
    {
        var store = await OpenAsync();
        var taken = Enumerable.Range(0, 50).Select(i => PutAsync(store, Client($"c{i}"), "1")).ToList();

        await store.DisposeAsync();

        await Task.WhenAll(taken);
        await Should.ThrowAsync<ObjectDisposedException>(() => PutAsync(store, Client("late"), "1"));
        await using var again = await OpenAsync();
        again.Revision.ShouldBe(50);
    }

    protected override Task<IMetadataStore> OpenAsync(int retainedChanges = 10_000) =>
        Task.FromResult<IMetadataStore>(SqliteMetadataStore.Open(
            Database, new SqliteMetadataOptions { RetainedChanges = retainedChanges }, Time));
}
