namespace MuLambda.Catalog.Metadata;

/// <summary>The running leases, in memory; tells which ran out by a timer of the clock.</summary>
internal sealed class LeaseTable : IDisposable
{
    /// <summary>Places that may be left behind however few the leases are.</summary>
    internal const int SpareQueue = 64;

    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<StoreKey, Lease> _leases = [];
    private readonly PriorityQueue<StoreKey, TimeSpan> _queue = new();
    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly Func<IReadOnlyList<StoreKey>, bool> _expire;
    private readonly ITimer _timer;
    private TimeSpan _armed = TimeSpan.MaxValue;

    /// <param name="time">The clock.</param>
    /// <param name="expire">Told the entries whose leases ran out; answers false to be told again later.</param>
    public LeaseTable(TimeProvider time, Func<IReadOnlyList<StoreKey>, bool> expire)
    {
        _time = time;
        _start = time.GetTimestamp();
        _expire = expire;
        _timer = time.CreateTimer(_ => OnTimer(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Places in the queue, those of leases that are gone included.</summary>
    internal int Queued
    {
        get
        {
            lock (_lock)
            {
                return _queue.Count;
            }
        }
    }

    private TimeSpan Now => _time.GetElapsedTime(_start);

    /// <summary>Begins an entry's lease anew.</summary>
    public void Set(StoreKey key, TimeSpan? ttl)
    {
        lock (_lock)
        {
            if (ttl is not { } duration)
            {
                Forget(key);
                return;
            }

            if (!_leases.TryGetValue(key, out var lease))
            {
                _leases[key] = lease = new Lease();
            }

            lease.Duration = duration;
            lease.Deadline = Now + duration;
            lease.Expiring = false;

            // A place in the queue that comes earlier does: the deadline is looked at again when it is reached.
            if (lease.QueuedAt > lease.Deadline)
            {
                Enqueue(key, lease, lease.Deadline);
            }
        }
    }

    public void Remove(StoreKey key)
    {
        lock (_lock)
        {
            Forget(key);
        }
    }

    /// <summary>Renews a lease.</summary>
    /// <returns>False where it ran out; null where there is none.</returns>
    public bool? TryRenew(StoreKey key)
    {
        lock (_lock)
        {
            if (!_leases.TryGetValue(key, out var lease))
            {
                return null;
            }

            var now = Now;
            if (lease.Expiring || lease.Deadline <= now)
            {
                return false;
            }

            lease.Deadline = now + lease.Duration;
            return true;
        }
    }

    /// <summary>Settles that a lease has run out: from here on it cannot be renewed.</summary>
    public bool TryBeginExpiry(StoreKey key)
    {
        lock (_lock)
        {
            if (!_leases.TryGetValue(key, out var lease) || lease.Deadline > Now)
            {
                return false;
            }

            lease.Expiring = true;
            return true;
        }
    }

    /// <summary>Tells of the entries again a little later, because they could not be deleted.</summary>
    public void Postpone(IEnumerable<StoreKey> keys)
    {
        lock (_lock)
        {
            foreach (var key in keys)
            {
                if (_leases.TryGetValue(key, out var lease))
                {
                    Enqueue(key, lease, Now + Retry);
                }
            }
        }
    }

    public void Dispose() => _timer.Dispose();

    private void OnTimer()
    {
        List<StoreKey> due = [];
        lock (_lock)
        {
            _armed = TimeSpan.MaxValue;
            var now = Now;
            while (_queue.TryPeek(out var key, out var at) && at <= now)
            {
                _queue.Dequeue();
                if (!_leases.TryGetValue(key, out var lease) || lease.QueuedAt != at)
                {
                    continue;
                }

                lease.QueuedAt = TimeSpan.MaxValue;
                if (lease.Deadline > now)
                {
                    Enqueue(key, lease, lease.Deadline);
                }
                else
                {
                    due.Add(key);
                }
            }

            Arm();
        }

        if (due.Count > 0 && !_expire(due))
        {
            Postpone(due);
        }
    }

    private void Enqueue(StoreKey key, Lease lease, TimeSpan at)
    {
        lease.QueuedAt = at;
        _queue.Enqueue(key, at);
        Compact();
        Arm();
    }

    private void Forget(StoreKey key)
    {
        _leases.Remove(key);
        Compact();
    }

    // A lease that goes, or is shortened, leaves its place behind until that is due, which may be long after: where such places
    // outnumber the leases, the queue is made anew of the leases alone.
    private void Compact()
    {
        if (_queue.Count > (2 * _leases.Count) + SpareQueue)
        {
            _queue.Clear();
            _queue.EnqueueRange(_leases.Where(lease => lease.Value.QueuedAt != TimeSpan.MaxValue)
                .Select(lease => (lease.Key, lease.Value.QueuedAt)));
        }
    }

    private void Arm()
    {
        if (_queue.TryPeek(out _, out var at) && at < _armed)
        {
            _armed = at;
            var wait = at - Now;

            // Timers count whole milliseconds: round up, or they would come just too early.
            var milliseconds = Math.Max(1, Math.Ceiling(wait.TotalMilliseconds));
            _timer.Change(TimeSpan.FromMilliseconds(milliseconds), Timeout.InfiniteTimeSpan);
        }
    }

    private sealed class Lease
    {
        public TimeSpan Duration { get; set; }

        public TimeSpan Deadline { get; set; }

        public TimeSpan QueuedAt { get; set; } = TimeSpan.MaxValue;

        public bool Expiring { get; set; }
    }
}
