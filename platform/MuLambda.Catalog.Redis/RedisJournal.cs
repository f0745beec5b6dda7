using System.Diagnostics;
using System.Globalization;
using MuLambda.Catalog.Metadata;
using StackExchange.Redis;

namespace MuLambda.Catalog.Redis;

/// <summary>The catalog in Redis: a head, a hash of the entries, a list of the last changes.</summary>
internal sealed class RedisJournal : IMetadataJournal
{
    private const string Schema = "1";
    private const int Page = 1000;

    // The server closes a connection that sends it a command of 1 GiB.
    private const long MaxCommandBytes = 512L * 1024 * 1024;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly RedisConnection _connection;
    private readonly RedisMetadataOptions _options;
    private readonly string _owner = Guid.NewGuid().ToString("N");
    private readonly RedisKey _head;
    private readonly RedisKey _entries;
    private readonly RedisKey _changes;
    private long _fence;
    private long _revision;
    private long _count;
    private bool _down;

    private RedisJournal(RedisConnection connection, RedisMetadataOptions options)
    {
        _connection = connection;
        _options = options;
        _head = options.KeyPrefix + ":head";
        _entries = options.KeyPrefix + ":entries";
        _changes = options.KeyPrefix + ":changes";
    }

    /// <inheritdoc/>
    public string Epoch { get; private set; } = "";

    /// <summary>Connects and takes the store for this registry; whoever had it can write no more.</summary>
    public static async Task<RedisJournal> OpenAsync(RedisMetadataOptions options, CancellationToken cancellationToken)
    {
        var journal = new RedisJournal(await RedisConnection.OpenAsync(options, cancellationToken), options);
        try
        {
            var start = Stopwatch.GetTimestamp();
            while (true)
            {
                try
                {
                    await journal.AcquireAsync();
                    return journal;
                }
                catch (RedisUnavailableException exception)
                {
                    if (Stopwatch.GetElapsedTime(start) > options.OpenTimeout)
                    {
                        throw new MetadataStoreException(
                            $"{exception.Message} It was waited for {options.OpenTimeout.TotalSeconds} s.", exception);
                    }

                    await Task.Delay(Pause, cancellationToken);
                }
            }
        }
        catch
        {
            await journal.DisposeAsync();
            throw;
        }
    }

    /// <summary>Reads everything: the entries, the revision and the retained changes. Nobody else writes any more.</summary>
    public async Task<(MetadataState State, IReadOnlyList<StoreChange> Changes)> LoadAsync(CancellationToken cancellationToken)
    {
        try
        {
            var state = MetadataState.Empty;
            var entries = await _connection.CallAsync(database => database.HashGetAllAsync(_entries), _options.OpenTimeout);
            foreach (var entry in entries)
            {
                state = state.With(RedisRecord.ReadEntry(entry.Name!, entry.Value!));
            }

            if (state.Revision > _revision || entries.Length != _count)
            {
                throw new FormatException(string.Create(
                    CultureInfo.InvariantCulture, $"{entries.Length} entries where {_count} were written"));
            }

            var changes = new List<StoreChange>();
            RedisValue[] page;
            do
            {
                cancellationToken.ThrowIfCancellationRequested();
                var from = changes.Count;
                page = await _connection.CallAsync(
                    database => database.ListRangeAsync(_changes, from, from + Page - 1), _options.OpenTimeout);
                changes.AddRange(page.Select(static change => RedisRecord.ReadChange(change!)));
            }
            while (page.Length == Page);
            return (state with { Revision = _revision }, changes);
        }
        catch (FormatException exception)
        {
            throw Damaged(exception.Message, exception);
        }
        catch (RedisUnavailableException exception)
        {
            throw new MetadataStoreException(exception.Message, exception);
        }
    }

    /// <inheritdoc/>
    public ValueTask WriteAsync(IReadOnlyList<StoreChange> changes, MetadataState state, long oldest) => new(RetryAsync(
        async (again) =>
        {
            // What was sent before may have been carried out.
            if (again && await SettleOnceAsync(state.Revision))
            {
                return true;
            }

            var arguments = Arguments(changes, state, oldest);
            var status = await _connection.EvaluateAsync(RedisScripts.Write, [_head, _entries, _changes], arguments);
            Check((string)status!);
            return true;
        }));

    /// <inheritdoc/>
    public ValueTask<bool> SettleAsync(long revision) => new(RetryAsync(_ => SettleOnceAsync(revision)));

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _connection.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task AcquireAsync()
    {
        var reply = (RedisResult[])(await _connection.EvaluateAsync(
            RedisScripts.Acquire,
            [_head, _entries, _changes],
            [Schema, Guid.CreateVersion7().ToString("N"), _owner, await RunAsync(), await IsSafeAsync() ? 1 : 0]))!;
        switch ((string)reply[0]!)
        {
            case "ok":
                (Epoch, _revision, _count) = ((string)reply[1]!, (long)reply[2], (long)reply[3]);
                return;
            case "schema":
                throw new MetadataStoreException(
                    $"The catalog in Redis at {_connection.Name} has schema {reply[1]}; this version reads schema {Schema}.");
            default:
                throw Damaged("entries without a head", null);
        }
    }

    /// <summary>Which run of the server this is; empty where it does not tell.</summary>
    private async Task<string> RunAsync()
    {
        try
        {
            var info = (string)(await _connection.ExecuteAsync("INFO", "server"))! ?? "";
            const string Name = "run_id:";
            return info.Split('\n').FirstOrDefault(static line => line.StartsWith(Name, StringComparison.Ordinal)) is { } line
                ? line[Name.Length..].Trim()
                : "";
        }
        catch (MetadataStoreException)
        {
            return "";
        }
    }

    /// <summary>Whether the server flushes what it acknowledges to its disk first; false where it does not tell.</summary>
    private async Task<bool> IsSafeAsync()
    {
        try
        {
            return await SettingAsync("appendonly") == "yes" && await SettingAsync("appendfsync") == "always";
        }
        catch (MetadataStoreException)
        {
            return false;
        }
    }

    private async Task<string?> SettingAsync(string name)
    {
        var reply = (RedisResult[])(await _connection.ExecuteAsync("CONFIG", "GET", name))!;
        return reply is [_, var value] ? (string)value! : null;
    }

    /// <summary>Tries again while the server does not answer; only once where it did not already before.</summary>
    private async Task<bool> RetryAsync(Func<bool, Task<bool>> attempt)
    {
        var start = Stopwatch.GetTimestamp();
        for (var again = false; ; again = true)
        {
            try
            {
                var result = await attempt(again);
                _down = false;
                return result;
            }
            catch (RedisUnavailableException exception)
            {
                if ((_down && !_connection.IsConnected) || Stopwatch.GetElapsedTime(start) > _options.WriteTimeout)
                {
                    _down = true;
                    throw new MetadataStoreException(exception.Message, exception);
                }

                await Task.Delay(Pause);
            }
        }
    }

    private async Task<bool> SettleOnceAsync(long revision)
    {
        _fence++;
        var reply = (RedisResult[])(await _connection.EvaluateAsync(RedisScripts.Fence, [_head], [_owner, _fence]))!;
        Check((string)reply[0]!);
        return (long)reply[1] == revision;
    }

    private List<RedisValue> Arguments(IReadOnlyList<StoreChange> changes, MetadataState state, long oldest)
    {
        // Of an entry that changed several times the last is written.
        var last = changes.GroupBy(static c => c.Key!).Select(static g => g.Last()).ToLookup(static c => c.Type);
        var puts = last[CatalogChangeType.Put].ToList();
        var deletes = last[CatalogChangeType.Delete].ToList();
        var arguments = new List<RedisValue>
        {
            _owner, _fence, changes[0].Revision - 1, state.Revision, state.Revision - oldest + 1,
            puts.Count, deletes.Count, changes.Count,
        };
        foreach (var put in puts)
        {
            arguments.Add(RedisRecord.WriteKey(put.Key!));
            arguments.Add(RedisRecord.Write(state.Find(put.Key!)!));
        }

        arguments.AddRange(deletes.Select(static d => (RedisValue)RedisRecord.WriteKey(d.Key!)));
        arguments.AddRange(changes.Select(static c => (RedisValue)RedisRecord.Write(c)));
        var bytes = changes.Sum(static c => 2L * c.Value.Length);
        return bytes <= MaxCommandBytes
            ? arguments
            : throw new MetadataStoreException(string.Create(
                CultureInfo.InvariantCulture, $"A commit of {bytes} bytes is too large for Redis; at most {MaxCommandBytes} are written."));
    }

    private void Check(string status)
    {
        switch (status)
        {
            case "ok":
                return;
            case "fenced":
                throw new MetadataStoreException(
                    $"Another registry has taken the catalog in Redis at {_connection.Name}; this one can write no more.");
            case "stale":
                throw new MetadataStoreException($"A write to Redis at {_connection.Name} was overtaken by its own retry.");
            default:
                throw new MetadataStoreException(
                    $"The Redis server {_connection.Name} has lost writes that it had acknowledged (it needs appendonly yes and "
                    + "appendfsync always to keep them). Start the registry again to go on with what is there.");
        }
    }

    private MetadataStoreException Damaged(string what, Exception? inner) => new(
        $"The catalog in Redis at {_connection.Name} is damaged ({what}). Restore a backup, or delete the keys "
        + $"{_options.KeyPrefix}:* to begin with an empty catalog.",
        inner);
}
