using System.Globalization;
using Microsoft.Data.Sqlite;

namespace MuLambda.Catalog.Metadata.Sqlite;

/// <summary>The database file: its schema, what it holds when it is opened, and the one transaction that writes it.</summary>
internal sealed class SqliteDatabase : IMetadataJournal, IDisposable
{
    private const int SchemaVersion = 1;

    // Says in the file's header whose file it is ("muL1").
    private const int ApplicationId = 0x6d754c31;

    private const string Schema = """
        CREATE TABLE life (epoch TEXT NOT NULL, revision INTEGER NOT NULL);
        CREATE TABLE entries (
            kind TEXT NOT NULL,
            id TEXT NOT NULL,
            revision INTEGER NOT NULL,
            value BLOB NOT NULL,
            lease_ms INTEGER,
            owner_kind TEXT,
            owner_id TEXT,
            PRIMARY KEY (kind, id)) WITHOUT ROWID;
        CREATE TABLE changes (
            revision INTEGER PRIMARY KEY,
            kind TEXT NOT NULL,
            id TEXT NOT NULL,
            value BLOB);
        """;

    private readonly string _path;
    private readonly SqliteConnection _connection;

    private SqliteDatabase(string path, SqliteConnection connection)
    {
        _path = path;
        _connection = connection;
    }

    public string Epoch { get; private set; } = "";

    /// <exception cref="MetadataStoreException">Damaged, another program's, a newer version's, or in use.</exception>
    public static SqliteDatabase Open(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Pooling = false,
            DefaultTimeout = 1,
        }.ToString());
        var database = new SqliteDatabase(path, connection);
        try
        {
            connection.Open();
            database.Prepare();
            return database;
        }
        catch (SqliteException exception)
        {
            connection.Dispose();
            throw database.Explain(exception);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Reads everything: the entries, the revision and the retained changes.</summary>
    public (MetadataState State, IReadOnlyList<StoreChange> Changes) Load()
    {
        try
        {
            var state = MetadataState.Empty;
            using (var entries = Command("SELECT kind, id, revision, value, lease_ms, owner_kind, owner_id FROM entries"))
            using (var row = entries.ExecuteReader())
            {
                while (row.Read())
                {
                    state = state.With(new StoreEntry(
                        new StoreKey(ReadKind(row.GetString(0)), row.GetString(1)),
                        row.GetInt64(2),
                        (byte[])row.GetValue(3),
                        row.IsDBNull(4) ? null : TimeSpan.FromMilliseconds(row.GetInt64(4)),
                        row.IsDBNull(5) ? null : new StoreKey(ReadKind(row.GetString(5)), row.GetString(6))));
                }
            }

            state = state with { Revision = (long)Scalar("SELECT revision FROM life")! };
            var changes = new List<StoreChange>();
            using (var select = Command("SELECT revision, kind, id, value FROM changes ORDER BY revision"))
            using (var row = select.ExecuteReader())
            {
                while (row.Read())
                {
                    changes.Add(new StoreChange(
                        row.IsDBNull(3) ? CatalogChangeType.Delete : CatalogChangeType.Put,
                        row.GetInt64(0),
                        new StoreKey(ReadKind(row.GetString(1)), row.GetString(2)),
                        row.IsDBNull(3) ? default : (byte[])row.GetValue(3)));
                }
            }

            return (state, changes);
        }
        catch (SqliteException exception)
        {
            throw Explain(exception);
        }
    }

    /// <inheritdoc/>
    public ValueTask WriteAsync(IReadOnlyList<StoreChange> changes, MetadataState state, long oldest)
    {
        Write(changes, state, oldest);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<bool> SettleAsync(long revision)
    {
        try
        {
            return ValueTask.FromResult((long)Scalar("SELECT revision FROM life")! == revision);
        }
        catch (SqliteException exception)
        {
            throw Explain(exception);
        }
    }

    public void Dispose() => _connection.Dispose();

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private void Write(IReadOnlyList<StoreChange> changes, MetadataState state, long oldest)
    {
        try
        {
            using var transaction = _connection.BeginTransaction(deferred: false);
            foreach (var change in changes)
            {
                var key = change.Key!;
                var put = change.Type == CatalogChangeType.Put;
                Execute(
                    "INSERT INTO changes (revision, kind, id, value) VALUES ($a, $b, $c, $d)",
                    change.Revision, WriteKind(key.Kind), key.Id, put ? change.Value.ToArray() : null);

                // An entry put and deleted again by these changes is no longer in the state.
                if (state.Find(key) is { } entry && entry.Revision == change.Revision)
                {
                    Execute(
                        """
                        INSERT OR REPLACE INTO entries (kind, id, revision, value, lease_ms, owner_kind, owner_id)
                        VALUES ($a, $b, $c, $d, $e, $f, $g)
                        """,
                        WriteKind(key.Kind), key.Id, entry.Revision, entry.Value.ToArray(),
                        entry.Lease is { } lease ? (long)lease.TotalMilliseconds : null,
                        entry.Owner is { } owner ? WriteKind(owner.Kind) : null, entry.Owner?.Id);
                }
                else if (!put)
                {
                    Execute("DELETE FROM entries WHERE kind = $a AND id = $b", WriteKind(key.Kind), key.Id);
                }
            }

            Execute("DELETE FROM changes WHERE revision < $a", oldest);
            Execute("UPDATE life SET revision = $a", state.Revision);
            transaction.Commit();
        }
        catch (SqliteException exception)
        {
            throw Explain(exception);
        }
    }

    private void Prepare()
    {
        // The first write takes the file for this process alone, until it ends.
        Execute("PRAGMA locking_mode = EXCLUSIVE");
        if ((string)Scalar("PRAGMA journal_mode = WAL")! is var mode && mode != "wal")
        {
            throw new MetadataStoreException($"The catalog's database {_path} cannot use a write-ahead log ({mode}).");
        }

        Execute("PRAGMA synchronous = FULL");
        using (var transaction = _connection.BeginTransaction(deferred: false))
        {
            var version = (long)Scalar("PRAGMA user_version")!;
            var application = (long)Scalar("PRAGMA application_id")!;
            if (version == 0 && application == 0 && (long)Scalar("SELECT COUNT(*) FROM sqlite_master")! == 0)
            {
                Execute(Schema);
                Execute("INSERT INTO life (epoch, revision) VALUES ($a, 0)", Guid.CreateVersion7().ToString("N"));
                Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {SchemaVersion}"));
                Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA application_id = {ApplicationId}"));
            }
            else if (application != ApplicationId)
            {
                throw new MetadataStoreException($"{_path} is a database of another program, not a catalog.");
            }
            else if (version != SchemaVersion)
            {
                throw new MetadataStoreException(
                    $"The catalog's database {_path} has schema {version}; this version reads schema {SchemaVersion}.");
            }

            transaction.Commit();
        }

        if ((string)Scalar("PRAGMA quick_check(1)")! is var check && check != "ok")
        {
            throw Damaged(check, null);
        }

        Epoch = (string)Scalar("SELECT epoch FROM life")!;
    }

    private MetadataStoreException Explain(SqliteException exception) => exception.SqliteErrorCode switch
    {
        5 or 6 => new MetadataStoreException($"The catalog's database {_path} is in use by another process.", exception),
        11 or 26 => Damaged(exception.Message, exception),
        13 => new MetadataStoreException($"The disk of the catalog's database {_path} is full.", exception),
        14 => new MetadataStoreException($"The catalog's database {_path} cannot be opened.", exception),
        _ => new MetadataStoreException($"The catalog's database {_path}: {exception.Message}", exception),
    };

    private MetadataStoreException Damaged(string what, Exception? inner) => new(
        $"The catalog's database {_path} is damaged ({what}). Put a backup in its place, or move it and its -wal file "
        + "away to begin with an empty catalog.",
        inner);

    private object? Scalar(string sql)
    {
        using var command = Command(sql);
        return command.ExecuteScalar();
    }

    private void Execute(string sql, params ReadOnlySpan<object?> values)
    {
        using var command = Command(sql);
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters.AddWithValue($"${(char)('a' + i)}", values[i] ?? DBNull.Value);
        }

        command.ExecuteNonQuery();
    }

    private SqliteCommand Command(string sql)
    {
        var command = _connection.CreateCommand();
#pragma warning disable CA2100 // Every statement is a constant of this file.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command;
    }

    private static string WriteKind(CatalogKind kind) => kind switch
    {
        CatalogKind.Model => "model",
        CatalogKind.Executor => "executor",
        CatalogKind.Client => "client",
        CatalogKind.Latency => "latency",
        CatalogKind.Node => "node",
        CatalogKind.Selector => "selector",
        CatalogKind.Slo => "slo",
        CatalogKind.Deployment => "deployment",
        CatalogKind.Decision => "decision",
        CatalogKind.Leadership => "leadership",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    private CatalogKind ReadKind(string kind) => kind switch
    {
        "model" => CatalogKind.Model,
        "executor" => CatalogKind.Executor,
        "client" => CatalogKind.Client,
        "latency" => CatalogKind.Latency,
        "node" => CatalogKind.Node,
        "selector" => CatalogKind.Selector,
        "slo" => CatalogKind.Slo,
        "deployment" => CatalogKind.Deployment,
        "decision" => CatalogKind.Decision,
        "leadership" => CatalogKind.Leadership,
        _ => throw Damaged($"an entry of the unknown kind '{kind}'", null),
    };
}
