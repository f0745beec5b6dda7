using System.Diagnostics;
using System.Globalization;
using System.Runtime;
using MuLambda.Simulation;
using MuLambda.Timing;

namespace MuLambda.Load;

/// <summary>
/// Puts a target under load and measures it without coordinated omission: in an open loop requests are sent when they are due, whatever became of
/// those before, and latencies count from then.
/// </summary>
public static class LoadGenerator
{
    /// <summary>Runs a load.</summary>
    /// <param name="target">What is put under load.</param>
    /// <param name="plan">The load.</param>
    /// <param name="progress">Is told every second how it goes; null for nobody.</param>
    /// <param name="stop">Ends the run early; what was measured until then is the result.</param>
    /// <returns>What was measured.</returns>
    public static async Task<LoadResult> RunAsync(
        ILoadTarget target, LoadPlan plan, Action<LoadSnapshot>? progress = null, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(plan);
        plan.Validate();
        var collecting = GCSettings.LatencyMode;
        try
        {
            GCSettings.LatencyMode = GCLatencyMode.SustainedLowLatency;
            using var run = new Run(target, plan, stop);
            return await run.RunAsync(progress).ConfigureAwait(false);
        }
        finally
        {
            GCSettings.LatencyMode = collecting;
        }
    }

    private sealed class Run : IDisposable
    {
        private static readonly TimeSpan Reporting = TimeSpan.FromSeconds(1);

        // A target ends its requests in time by itself; this is for one that does not.
        private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

        // Where nobody listens a closed loop would do nothing but try.
        private static readonly TimeSpan PauseWithoutConnection = TimeSpan.FromMilliseconds(10);

        private readonly ILoadTarget _target;
        private readonly LoadPlan _plan;
        private readonly CancellationToken _stop;
        private readonly CancellationTokenSource _fault = new();
        private readonly CancellationTokenSource _ending;
        private readonly CancellationTokenSource _abort = new();
        private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly DateTimeOffset _startedAt = DateTimeOffset.UtcNow;
        private readonly long _start = Stopwatch.GetTimestamp();
        private readonly long _until;
        private readonly LoadRecorder _recorder;
        private readonly LoadFailure _notSent;
        private readonly LoadFailure _overdue = new(FailureKinds.Timeout, "The request's time was over before the generator could send it.");
        private Exception? _broken;

        // One more than are under way as long as requests are still to come, and one more a stream.
        private int _inFlight = 1;
        private long _lastNumber = -1;

        public Run(ILoadTarget target, LoadPlan plan, CancellationToken stop)
        {
            (_target, _plan, _stop) = (target, plan, stop);
            _ending = CancellationTokenSource.CreateLinkedTokenSource(stop, _fault.Token);
            _until = _start + LoadRecorder.Ticks(plan.WarmUp + plan.Duration);
            _recorder = new LoadRecorder(plan, _start);
            _notSent = new LoadFailure(
                FailureKinds.NotSent, string.Create(CultureInfo.InvariantCulture, $"{plan.MaxInFlight} requests were under way, as many as may be."));
        }

        public async Task<LoadResult> RunAsync(Action<LoadSnapshot>? progress)
        {
            using var over = new CancellationTokenSource();
            var reports = ReportAsync(progress, over.Token);
            await GenerateAsync().ConfigureAwait(false);
            var interrupted = _stop.IsCancellationRequested;
            if (interrupted)
            {
                _recorder.Stop(Stopwatch.GetTimestamp());
            }

            Leave();
            await DrainAsync().ConfigureAwait(false);
            await over.CancelAsync().ConfigureAwait(false);
            await reports.ConfigureAwait(false);
            return _broken is null
                ? _recorder.Result(_target.Address, _startedAt, interrupted)
                : throw new InvalidOperationException($"The load generator failed: {_broken.Message}", _broken);
        }

        public void Dispose()
        {
            _ending.Dispose();
            _fault.Dispose();
            _abort.Dispose();
        }

        // A thread of its own keeps the time, and begins each request itself: no queue of the thread pool is between.
        private Task GenerateAsync()
        {
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            new Thread(() =>
            {
                try
                {
                    if (_plan.Arrivals is null)
                    {
                        StartStreams();
                    }
                    else
                    {
                        Dispatch();
                    }

                    // The window ends when it was to end, not with the last request.
                    PreciseSleep.Until(_until, _ending.Token);
                    done.SetResult();
                }
                catch (Exception e)
                {
                    done.SetException(e);
                }
            })
            { IsBackground = true, Name = nameof(LoadGenerator), Priority = ThreadPriority.AboveNormal }.Start();
            return done.Task;
        }

        private void Dispatch()
        {
            var number = 0L;
            foreach (var arrival in _plan.Schedule())
            {
                var due = _start + (long)(arrival.AtMs / 1000 * Stopwatch.Frequency);
                if (!PreciseSleep.Until(due, _ending.Token))
                {
                    return;
                }

                if (Interlocked.Increment(ref _inFlight) > _plan.MaxInFlight + 1)
                {
                    Leave();
                    _recorder.NotSent(due, _notSent);
                }
                else
                {
                    _ = SendAsync(number, arrival.Items, due, Stopwatch.GetTimestamp());
                }

                number++;
            }
        }

        private void StartStreams()
        {
            Interlocked.Add(ref _inFlight, _plan.Concurrency);
            for (var stream = 0; stream < _plan.Concurrency; stream++)
            {
                _ = Task.Run(StreamAsync);
            }
        }

        private async Task StreamAsync()
        {
            for (var now = Stopwatch.GetTimestamp(); now < _until && !_ending.IsCancellationRequested; now = Stopwatch.GetTimestamp())
            {
                Interlocked.Increment(ref _inFlight);
                var failure = await SendAsync(Interlocked.Increment(ref _lastNumber), _plan.Items, now, now).ConfigureAwait(false);
                if (failure?.Kind == FailureKinds.Connection)
                {
                    await Task.Delay(PauseWithoutConnection).ConfigureAwait(false);
                }
            }

            Leave();
        }

        private async Task<LoadFailure?> SendAsync(long number, int items, long due, long now)
        {
            LoadFailure? failure = null;
            try
            {
                _recorder.Sent(due, now);

                // A caller that is behind has that much less time: its deadline is where it was.
                var left = _plan.Timeout - Stopwatch.GetElapsedTime(due, now);
                failure = left > TimeSpan.Zero
                    ? await _target.SendAsync(number, items, left, _abort.Token).ConfigureAwait(false)
                    : _overdue;
                _recorder.Finished(due, Stopwatch.GetTimestamp(), failure);
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref _broken, e, null);
                await _fault.CancelAsync().ConfigureAwait(false);
            }

            Leave();
            return failure;
        }

        private void Leave()
        {
            if (Interlocked.Decrement(ref _inFlight) == 0)
            {
                _drained.TrySetResult();
            }
        }

        private async Task DrainAsync()
        {
            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(_ending.Token);
            await WaitAsync(_plan.Timeout + Grace, waiting.Token).ConfigureAwait(false);
            if (_ending.IsCancellationRequested)
            {
                await WaitAsync(_plan.DrainWhenStopped, CancellationToken.None).ConfigureAwait(false);
            }

            await _abort.CancelAsync().ConfigureAwait(false);
            await _drained.Task.ConfigureAwait(false);
        }

        private async Task WaitAsync(TimeSpan limit, CancellationToken cancellationToken)
        {
            try
            {
                await _drained.Task.WaitAsync(limit, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is TimeoutException or OperationCanceledException)
            {
                // What is under way then is given up.
            }
        }

        private async Task ReportAsync(Action<LoadSnapshot>? progress, CancellationToken over)
        {
            using var timer = new PeriodicTimer(Reporting);
            try
            {
                while (progress is not null && await timer.WaitForNextTickAsync(over).ConfigureAwait(false))
                {
                    progress(_recorder.Snapshot(Stopwatch.GetTimestamp()));
                }
            }
            catch (OperationCanceledException)
            {
                // The run is over.
            }
        }
    }
}
