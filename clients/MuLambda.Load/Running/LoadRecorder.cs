using System.Diagnostics;
using MuLambda.Simulation.Paper;

namespace MuLambda.Load;

/// <summary>Counts what happens to requests. Times are timestamps of <see cref="Stopwatch"/>. Thread-safe.</summary>
internal sealed class LoadRecorder
{
    private readonly Lock _gate = new();
    private readonly LoadPlan _plan;
    private readonly long _from;
    private readonly int _warmUpSeconds;
    private readonly Second[] _seconds;
    private readonly Dictionary<string, (long Count, string Example)> _errors = [];
    private readonly QuantileSketch _latencies = new();
    private readonly QuantileSketch _lags = new();
    private double _latencySum;
    private double _lagSum;
    private long _until;
    private long _due;
    private long _withinSlo;
    private long _failed;

    /// <param name="plan">What is run.</param>
    /// <param name="start">When the warm-up begins.</param>
    public LoadRecorder(LoadPlan plan, long start)
    {
        _plan = plan;
        _from = start + Ticks(plan.WarmUp);
        _until = _from + Ticks(plan.Duration);
        _warmUpSeconds = (int)Math.Ceiling(plan.WarmUp.TotalSeconds);
        _seconds = new Second[_warmUpSeconds + (int)Math.Ceiling(plan.Duration.TotalSeconds)];
        for (var i = 0; i < _seconds.Length; i++)
        {
            _seconds[i] = new Second();
        }
    }

    /// <summary>A request is due and on its way.</summary>
    public void Sent(long due, long sent)
    {
        lock (_gate)
        {
            At(sent)?.Sent += 1;
            if (Count(due))
            {
                var lag = Milliseconds(due, sent);
                _lags.Add(lag);
                _lagSum += lag;
            }
        }
    }

    /// <summary>A request is due, and is not sent.</summary>
    public void NotSent(long due, LoadFailure failure)
    {
        lock (_gate)
        {
            At(due)?.Failed += 1;
            Fail(Count(due), failure);
        }
    }

    /// <summary>A request is over.</summary>
    public void Finished(long due, long finished, LoadFailure? failure)
    {
        lock (_gate)
        {
            // What arrives after the end shows that the request was answered, but not how much the target answers in a second.
            var second = finished < _until ? At(finished) : null;
            second?.Finished += 1;
            if (failure is not null)
            {
                second?.Failed += 1;
                Fail(IsMeasured(due), failure);
                return;
            }

            var latency = Milliseconds(due, finished);
            var isGood = latency <= _plan.SloMs;
            if (second is not null)
            {
                second.Answered++;
                second.Good += isGood ? 1 : 0;
            }

            At(due)?.Latencies.Add(latency);
            if (IsMeasured(due))
            {
                _latencies.Add(latency);
                _latencySum += latency;
                _withinSlo += isGood ? 1 : 0;
            }
        }
    }

    /// <summary>The run is stopped: what comes later is not measured.</summary>
    public void Stop(long at)
    {
        lock (_gate)
        {
            _until = Math.Clamp(at, _from, _until);
        }
    }

    public LoadSnapshot Snapshot(long now)
    {
        lock (_gate)
        {
            var last = Math.Clamp(IndexOf(now) - 1, 0, _seconds.Length - 1);
            var inFlight = _seconds.Take(last + 1).Sum(second => second.Sent - second.Finished);
            return new LoadSnapshot(
                Stopwatch.GetElapsedTime(_from, now) + _plan.WarmUp, _plan.WarmUp + _plan.Duration, now < _from, Of(last, inFlight), _failed);
        }
    }

    public LoadResult Result(string target, DateTimeOffset startedAt, bool interrupted)
    {
        lock (_gate)
        {
            var seconds = Stopwatch.GetElapsedTime(_from, _until).TotalSeconds;
            var measured = Seconds().Skip(_warmUpSeconds).Take((int)Math.Ceiling(seconds)).ToArray();
            var latency = LoadPercentiles.Of(_latencies, _latencySum);
            var lag = _plan.Arrivals is null ? null : LoadPercentiles.Of(_lags, _lagSum);
            return new LoadResult
            {
                Target = target,
                StartedAt = startedAt,
                Seconds = seconds,
                Interrupted = interrupted,
                Due = _due,
                Answered = _latencies.Count,
                WithinSlo = _plan.SloMs is null ? null : _withinSlo,
                ThroughputPerSecond = seconds > 0 ? measured.Sum(second => second.Answered) / seconds : 0,
                GoodputPerSecond = _plan.SloMs is null ? null : seconds > 0 ? measured.Sum(second => second.Good)!.Value / seconds : 0,
                LatencyMs = latency,
                ScheduleLagMs = lag,
                KeptSchedule = lag is null || lag.P99 <= Math.Max(1, 0.1 * (latency?.P50 ?? 0)),
                Errors = [.. _errors.Select(error => new LoadErrors(error.Key, error.Value.Count, error.Value.Example))
                    .OrderByDescending(error => error.Count).ThenBy(error => error.Kind, StringComparer.Ordinal)],
                Series = measured,
                Distribution = [.. Distribution()],
            };
        }
    }

    internal static long Ticks(TimeSpan time) => (long)(time.TotalSeconds * Stopwatch.Frequency);

    private static double Milliseconds(long from, long to) => Math.Max(0, Stopwatch.GetElapsedTime(from, to).TotalMilliseconds);

    private bool IsMeasured(long due) => due >= _from && due < _until;

    private bool Count(long due)
    {
        At(due)?.Due += 1;
        var isMeasured = IsMeasured(due);
        _due += isMeasured ? 1 : 0;
        return isMeasured;
    }

    private void Fail(bool isMeasured, LoadFailure failure)
    {
        _failed++;
        if (isMeasured)
        {
            var (count, example) = _errors.GetValueOrDefault(failure.Kind, (0, failure.Text));
            _errors[failure.Kind] = (count + 1, example);
        }
    }

    private int IndexOf(long time) => _warmUpSeconds + (int)Math.Floor((double)(time - _from) / Stopwatch.Frequency);

    private Second? At(long time) => IndexOf(time) is var index && index >= 0 && index < _seconds.Length ? _seconds[index] : null;

    // From the warm-up's begin on: requests under way are what was sent until then and is not over.
    private IEnumerable<LoadSecond> Seconds()
    {
        var inFlight = 0L;
        for (var i = 0; i < _seconds.Length; i++)
        {
            inFlight += _seconds[i].Sent - _seconds[i].Finished;
            yield return Of(i, inFlight);
        }
    }

    private LoadSecond Of(int index, long inFlight)
    {
        var second = _seconds[index];
        return new LoadSecond(
            index - _warmUpSeconds,
            second.Due,
            second.Answered,
            _plan.SloMs is null ? null : second.Good,
            second.Failed,
            inFlight,
            second.Latencies.Count == 0 ? null : second.Latencies.Quantile(0.5),
            second.Latencies.Count == 0 ? null : second.Latencies.Quantile(0.99));
    }

    // Tenths, tenths of the last tenth, and so on, as far as there are answers to tell them apart.
    private IEnumerable<LatencyPoint> Distribution()
    {
        if (_latencies.Count == 0)
        {
            yield break;
        }

        for (var tail = 1.0; tail * _latencies.Count >= 1; tail /= 10)
        {
            for (var part = 10; part > 1; part--)
            {
                var share = 1 - (tail * part / 10);
                yield return new LatencyPoint(Math.Round(share, 9), _latencies.Quantile(share));
            }
        }

        yield return new LatencyPoint(1, _latencies.Max);
    }

    private sealed class Second
    {
        public long Due;
        public long Sent;
        public long Finished;
        public long Answered;
        public long Good;
        public long Failed;

        public QuantileSketch Latencies { get; } = new();
    }
}
