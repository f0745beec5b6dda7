namespace MuLambda.Catalog.Redis;

/// <summary>
/// What the server carries out as one step. The head is a hash of schema, epoch, revision, the number of entries, the
/// registry that owns the store, its fence, and which run of the server it was opened on.
/// </summary>
internal static class RedisScripts
{
    /// <summary>
    /// Takes the store for a registry. KEYS: head, entries, changes. ARGV: schema, an epoch for a store that begins, owner,
    /// the server's run, 1 where the server is set to lose nothing. Answers ok, epoch, revision, number of entries.
    /// </summary>
    public const string Acquire = """
        local head = redis.call('HMGET', KEYS[1], 'schema', 'run', 'safe')
        if not head[1] then
            if redis.call('EXISTS', KEYS[2], KEYS[3]) > 0 then return {'headless'} end
            redis.call('HSET', KEYS[1], 'schema', ARGV[1], 'epoch', ARGV[2], 'revision', 0, 'entries', 0)
        elseif head[1] ~= ARGV[1] then
            return {'schema', head[1]}
        elseif (head[2] ~= ARGV[4] or ARGV[4] == '') and not (head[3] == '1' and ARGV[5] == '1') then
            redis.call('HSET', KEYS[1], 'epoch', ARGV[2])
        end
        redis.call('HSET', KEYS[1], 'owner', ARGV[3], 'fence', 0, 'run', ARGV[4], 'safe', ARGV[5])
        local now = redis.call('HMGET', KEYS[1], 'epoch', 'revision', 'entries')
        return {'ok', now[1], now[2], now[3]}
        """;

    /// <summary>
    /// Writes changes. KEYS: head, entries, changes. ARGV: owner, fence, revision before, revision after, how many changes
    /// are retained, how many entries are put, how many deleted, how many changes; then those.
    /// </summary>
    public const string Write = """
        local head = redis.call('HMGET', KEYS[1], 'owner', 'fence', 'revision')
        if head[1] ~= ARGV[1] then return head[1] and 'fenced' or 'lost' end
        if head[2] ~= ARGV[2] then return 'stale' end
        if head[3] ~= ARGV[3] then return 'lost' end
        local at = 9
        for i = 1, tonumber(ARGV[6]) do
            redis.call('HSET', KEYS[2], ARGV[at], ARGV[at + 1])
            at = at + 2
        end
        for i = 1, tonumber(ARGV[7]) do
            redis.call('HDEL', KEYS[2], ARGV[at])
            at = at + 1
        end
        for i = 1, tonumber(ARGV[8]) do
            redis.call('RPUSH', KEYS[3], ARGV[at])
            at = at + 1
        end
        redis.call('LTRIM', KEYS[3], '-' .. ARGV[5], -1)
        redis.call('HSET', KEYS[1], 'revision', ARGV[4], 'entries', redis.call('HLEN', KEYS[2]))
        return 'ok'
        """;

    /// <summary>
    /// Puts up the next fence, so that no write still on its way is carried out any more. KEYS: head. ARGV: owner, fence.
    /// Answers ok and the revision.
    /// </summary>
    public const string Fence = """
        local head = redis.call('HMGET', KEYS[1], 'owner', 'revision')
        if head[1] ~= ARGV[1] then return {head[1] and 'fenced' or 'lost'} end
        redis.call('HSET', KEYS[1], 'fence', ARGV[2])
        return {'ok', head[2]}
        """;
}
