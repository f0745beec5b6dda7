using System.Diagnostics;

namespace MuLambda.Timing;

/// <summary>
/// Ends waits within about a tenth of a millisecond of their time. The runtime's timers tick in whole milliseconds, too coarse where a
/// delay of a few milliseconds is what an experiment injects. One thread sleeps for all waits; it starts with the first.
/// </summary>
public sealed class PreciseTimer : IDisposable
{
    private readonly Lock _starting = new();
    private readonly object _gate = new();
    private readonly PriorityQueue<TaskCompletionSource, long> _waits = new();
    private Thread? _thread;
    private bool _stopped;

    /// <summary>Waits.</summary>
    /// <param name="delay">How long, from now; not at all where it is zero or less.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>A task that ends when the time is up.</returns>
    /// <exception cref="OperationCanceledException">The token fired, or the timer was disposed.</exception>
    public Task DelayAsync(TimeSpan delay, CancellationToken cancellationToken) =>
        WaitUntilAsync(Stopwatch.GetTimestamp() + (long)(delay.TotalSeconds * Stopwatch.Frequency), cancellationToken);

    /// <summary>Waits until a point in time.</summary>
    /// <param name="due">When, as a timestamp of <see cref="Stopwatch"/>.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>A task that ends then.</returns>
    /// <exception cref="OperationCanceledException">The token fired, or the timer was disposed.</exception>
    public async Task WaitUntilAsync(long due, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (due <= Stopwatch.GetTimestamp())
        {
            return;
        }

        var wait = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Add(wait, due);
        await using var registration = cancellationToken.UnsafeRegister(
            static (state, token) => ((TaskCompletionSource)state!).TrySetCanceled(token), wait).ConfigureAwait(false);
        await wait.Task.ConfigureAwait(false);
    }

    /// <summary>Cancels what still waits and ends the thread.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _stopped = true;
            while (_waits.TryDequeue(out var wait, out _))
            {
                wait.TrySetCanceled();
            }

            Monitor.Pulse(_gate);
        }
    }

    private void Add(TaskCompletionSource wait, long due)
    {
        lock (_gate)
        {
            if (_stopped)
            {
                wait.TrySetCanceled();
                return;
            }

            _waits.Enqueue(wait, due);
            if (_waits.Peek() == wait)
            {
                Monitor.Pulse(_gate);
            }
        }

        Start();
    }

    private void Start()
    {
        lock (_starting)
        {
            if (_thread is null)
            {
                _thread = new Thread(Run) { IsBackground = true, Name = nameof(PreciseTimer) };
                _thread.Start();
            }
        }
    }

    private void Run()
    {
        while (true)
        {
            TimeSpan left;
            lock (_gate)
            {
                if (_stopped)
                {
                    return;
                }

                if (!_waits.TryPeek(out var first, out var due))
                {
                    Monitor.Wait(_gate);
                    continue;
                }

                left = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due);
                if (left <= TimeSpan.Zero)
                {
                    _waits.Dequeue();
                    first.TrySetResult();
                    continue;
                }

                if (left > PreciseSleep.Fine)
                {
                    Monitor.Wait(_gate, left - TimeSpan.FromMilliseconds(1));
                    continue;
                }
            }

            PreciseSleep.Kernel(left);
        }
    }
}
