using System.Collections.Concurrent;
using System.Diagnostics;
using MuLambda.Load;

namespace MuLambda.Cli.Experiments.Scaling;

/// <summary>Keeps what becomes of each request, by when it was due.</summary>
/// <param name="target">Where the requests go.</param>
/// <param name="timeout">How long a request may take from when it is due; of that, what is left when it is sent says how late it is.</param>
/// <param name="begin">The run's begin, a time stamp.</param>
internal sealed class LiveScalingTarget(ILoadTarget target, TimeSpan timeout, long begin) : ILoadTarget
{
    private readonly ConcurrentQueue<LiveScalingRequest> _requests = new();
    private int _failed;

    public string Address => target.Address;

    /// <summary>The requests that ended so far.</summary>
    public IReadOnlyList<LiveScalingRequest> Requests => [.. _requests];

    /// <summary>How many ended so far.</summary>
    public int Ended => _requests.Count;

    /// <summary>How many of them failed.</summary>
    public int Failed => Volatile.Read(ref _failed);

    public async Task<LoadFailure?> SendAsync(long number, int items, TimeSpan timeout, CancellationToken abort)
    {
        var due = Stopwatch.GetElapsedTime(begin) - (Timeout - timeout);
        var failure = await target.SendAsync(number, items, timeout, abort);
        _requests.Enqueue(new LiveScalingRequest(due.TotalSeconds, (Stopwatch.GetElapsedTime(begin) - due).TotalMilliseconds, failure?.Kind));
        if (failure is not null)
        {
            Interlocked.Increment(ref _failed);
        }

        return failure;
    }

    public void Dispose() => target.Dispose();

    private TimeSpan Timeout => timeout;
}
