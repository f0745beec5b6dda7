using MuLambda.Catalog;

namespace MuLambda.Scaling;

/// <summary>
/// Counts how a client's requests ended, over the windows of its objective and of the alerts, in memory that does not grow with the requests.
/// </summary>
/// <remarks>
/// Telling takes no lock and allocates nothing: it adds to counts that only grow. What they were when a slot of a window began is noted by whoever comes
/// by first afterwards, a teller (which does not wait where another is at it) or a reader.
/// </remarks>
public sealed class SloTracker
{
    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly WindowRing[] _windows;
    private readonly WindowRing _own;
    private readonly Alert[] _alerts;
    private readonly StripedCounts _counts = new();
    private readonly RecentLatencies _latencies;
    private Slo _slo;
    private long _next;
    private int _gate;

    /// <summary>Begins to count.</summary>
    /// <param name="client">The client.</param>
    /// <param name="slo">Its objective.</param>
    /// <param name="options">Alerts and scale.</param>
    /// <param name="time">The clock.</param>
    public SloTracker(string client, Slo slo, SloTrackerOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(slo);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        Client = client;
        (_slo, _time) = (slo, time);
        Since = time.GetUtcNow();
        _start = time.GetTimestamp();
        _own = new WindowRing(TimeSpan.FromSeconds(slo.WindowSeconds) * options.WindowScale);

        // What a longer alert than the window would find the objective's own window tells.
        var alerts = (options.Alerts ?? BurnRateAlert.Defaults).Where(alert => alert.LongWindow.TotalSeconds <= slo.WindowSeconds)
            .Select(alert => alert with { LongWindow = alert.LongWindow * options.WindowScale, ShortWindow = alert.ShortWindow * options.WindowScale })
            .ToArray();
        _windows = [.. alerts.SelectMany(alert => (TimeSpan[])[alert.ShortWindow, alert.LongWindow]).Distinct().Order().Select(window => new WindowRing(window))];
        _alerts = [.. alerts.Select(alert => new Alert(alert, RingOf(alert.LongWindow), RingOf(alert.ShortWindow)))];
        var recent = alerts.Length > 0 ? alerts.Min(alert => alert.LongWindow) : _own.Window;
        _latencies = new RecentLatencies(recent.Ticks);
        _next = NextTicks();
    }

    /// <summary>The client.</summary>
    public string Client { get; }

    /// <summary>When counting began.</summary>
    public DateTimeOffset Since { get; }

    /// <summary>The objective.</summary>
    public Slo Slo => Volatile.Read(ref _slo);

    /// <summary>The shortest window there is.</summary>
    public TimeSpan ShortestWindow => _windows.Length > 0 ? _windows[0].Window : _own.Window;

    /// <summary>Takes another objective over, where what was counted still counts: another target asks the same of a request.</summary>
    /// <param name="slo">The objective.</param>
    /// <returns>False where its time or its window is another: then it has to be counted anew.</returns>
    public bool TryChange(Slo slo)
    {
        ArgumentNullException.ThrowIfNull(slo);
        if (slo.LatencyMs != _slo.LatencyMs || slo.WindowSeconds != _slo.WindowSeconds)
        {
            return false;
        }

        Volatile.Write(ref _slo, slo);
        return true;
    }

    /// <summary>A request was answered.</summary>
    /// <param name="latencyMs">From its arrival to its answer, in milliseconds.</param>
    public void Answered(double latencyMs)
    {
        Advance();
        _latencies.Add(latencyMs);
        _counts.Add(latencyMs <= Volatile.Read(ref _slo).LatencyMs);
    }

    /// <summary>A request failed, was refused, or ran out of time.</summary>
    public void Failed()
    {
        Advance();
        _counts.Add(good: false);
    }

    /// <summary>What there is to report, and which alerts fire now.</summary>
    /// <param name="selector">Who reports.</param>
    /// <param name="withLatencies">Whether latencies are read too.</param>
    /// <returns>The report.</returns>
    public SloReport Report(string selector, bool withLatencies = true)
    {
        var spin = default(SpinWait);
        while (!TryEnter())
        {
            spin.SpinOnce();
        }

        try
        {
            var counts = AdvanceTo(NowTicks);
            var slo = Slo;
            return new SloReport(
                selector,
                Client,
                slo,
                Since,
                Read(_own, counts),
                Array.ConvertAll(_windows, window => Read(window, counts)),
                Array.ConvertAll(_alerts, alert => alert.Evaluate(counts, slo.Target)),
                withLatencies ? _latencies.Read().ToCounts() : LatencyCounts.Empty);
        }
        finally
        {
            Leave();
        }
    }

    private long NowTicks => _time.GetElapsedTime(_start).Ticks;

    private static SloWindow Read(WindowRing ring, RequestCounts counts)
    {
        var (good, total) = ring.Read(counts);
        return new SloWindow(ring.Window.TotalSeconds, good, total);
    }

    private WindowRing RingOf(TimeSpan window) => Array.Find(_windows, ring => ring.Window == window)!;

    private void Advance()
    {
        var now = NowTicks;
        if (now < Volatile.Read(ref _next) || !TryEnter())
        {
            return;
        }

        try
        {
            AdvanceTo(now);
        }
        finally
        {
            Leave();
        }
    }

    private RequestCounts AdvanceTo(long now)
    {
        var counts = _counts.Sum();
        if (now >= _next)
        {
            _own.Advance(now, counts);
            foreach (var window in _windows)
            {
                window.Advance(now, counts);
            }

            _latencies.Advance(now);
            Volatile.Write(ref _next, NextTicks());
        }

        return counts;
    }

    private long NextTicks()
    {
        var next = Math.Min(_own.NextTicks, _latencies.NextTicks);
        foreach (var window in _windows)
        {
            next = Math.Min(next, window.NextTicks);
        }

        return next;
    }

    // Held for as long as the windows take to be read, a few microseconds.
    private bool TryEnter() => Interlocked.CompareExchange(ref _gate, 1, 0) == 0;

    private void Leave() => Volatile.Write(ref _gate, 0);

    private sealed class Alert(BurnRateAlert alert, WindowRing longer, WindowRing shorter)
    {
        private bool _firing;

        public SloAlert Evaluate(RequestCounts counts, double target)
        {
            var (longGood, longTotal) = longer.Read(counts);
            var (shortGood, shortTotal) = shorter.Read(counts);
            _firing = ErrorBudget.IsFiring(
                _firing,
                ErrorBudget.BurnRate(longGood, longTotal, target),
                ErrorBudget.BurnRate(shortGood, shortTotal, target),
                longTotal,
                alert.BurnRate,
                alert.MinRequests);
            return new SloAlert(alert.LongWindow.TotalSeconds, alert.ShortWindow.TotalSeconds, alert.BurnRate, alert.MinRequests, _firing);
        }
    }
}
