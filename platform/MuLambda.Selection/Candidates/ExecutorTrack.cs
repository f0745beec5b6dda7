using MuLambda.Catalog;

namespace MuLambda.Selection;

/// <summary>
/// What the selector itself knows of an executor: the requests it has in flight there, whether it is left out after a failure,
/// the network's share of its calls. It lives across snapshots, from the executor's first appearance to its disappearance.
/// </summary>
public sealed class ExecutorTrack
{
    // The last requests that tell how much latency matters to those who share the executor.
    private const float WeightMemory = 0.1f;

    // How much a report, or an answer, says of how many requests of other selectors there are.
    private const float ReportShare = 0.1f;
    private const float AnswerShare = 0.05f;

    // What an executor of another selector is taken for until it tells its load.
    private const float OthersAtFirst = 1;

    private CandidateRow[] _rows = [];
    private int _inFlight;
    private int _itemsInFlight;
    private int _quietSinceMs;
    private float _latencyWeight;
    private float _othersAhead = float.NaN;
    private volatile bool _isReady;
    private volatile bool _isOwn = true;
    private volatile bool _answersTell;
    private volatile bool _isUsed;

    internal ExecutorTrack(string id, QuarantineOptions quarantine)
    {
        Id = id;
        Circuit = new Circuit(quarantine);
    }

    /// <summary>The executor's id.</summary>
    public string Id { get; }

    /// <summary>Requests assigned and not answered yet.</summary>
    public long InFlight => Volatile.Read(ref _inFlight);

    /// <summary>The examples those requests carry together.</summary>
    public long ItemsInFlight => Volatile.Read(ref _itemsInFlight);

    /// <summary>Whether it is left out after a failure, or on trial after having been.</summary>
    public bool IsQuarantined => Circuit.IsOpen;

    /// <summary>The network's share of calls to it, inferred.</summary>
    public RoundTripEstimator RoundTrip { get; } = new();

    internal Circuit Circuit { get; }

    /// <summary>Whether this selector is the executor's owner, where several share it: others keep away from it while it is busy.</summary>
    internal bool IsOwn
    {
        get => _isOwn;
        set
        {
            _isOwn = value;
            ShowOthers();
        }
    }

    internal bool TryAssign(
        int items, double latencyWeight, double nowMs, out bool trial, out int requestsAhead, out int itemsAhead)
    {
        if (!Circuit.TryEnter(nowMs, out trial))
        {
            requestsAhead = itemsAhead = 0;
            return false;
        }

        _isUsed = true;
        requestsAhead = Interlocked.Increment(ref _inFlight) - 1;
        itemsAhead = Interlocked.Add(ref _itemsInFlight, items) - items;
        if (requestsAhead == 0)
        {
            SetQuietSince(nowMs);
        }

        var weight = _latencyWeight;
        weight += WeightMemory * ((float)latencyWeight - weight);
        _latencyWeight = weight;
        foreach (var (columns, row) in Volatile.Read(ref _rows))
        {
            columns.LatencyWeight[row] = weight;
        }

        ShowInFlight();
        return true;
    }

    internal void Release(int items)
    {
        Interlocked.Decrement(ref _inFlight);
        Interlocked.Add(ref _itemsInFlight, -items);
        ShowInFlight();
    }

    /// <summary>It gave a sign of life.</summary>
    internal void Answered(double nowMs) => SetQuietSince(nowMs);

    internal void Succeed(bool trial)
    {
        Circuit.Succeed(trial);
        ShowClosed();
    }

    internal void Fail(double nowMs, bool trial)
    {
        Circuit.Fail(nowMs, trial);
        ShowClosed();
    }

    internal void Abandon(bool trial) => Circuit.Abandon(trial);

    internal void ObserveRoundTrip(double elapsedMs, double serviceMs)
    {
        RoundTrip.Observe(elapsedMs, serviceMs);
        foreach (var (columns, row) in Volatile.Read(ref _rows))
        {
            columns.ObservedRttMs[row] = (float)RoundTrip.CurrentMs;
        }
    }

    /// <summary>An answer tells how many requests were ahead of it.</summary>
    /// <param name="requestsAhead">So many there were.</param>
    /// <param name="ownAhead">So many of them this selector had sent, at most.</param>
    internal void ObserveAhead(int requestsAhead, int ownAhead)
    {
        _answersTell = true;
        ObserveOthers(Math.Max(0, requestsAhead - ownAhead), AnswerShare);
    }

    /// <summary>A new registration, or readiness regained, ends the quarantine.</summary>
    internal void Follow(Executor? before, Executor now)
    {
        _isReady = now.State == ExecutorState.Ready;
        if (_isReady && (before is null || before.State != ExecutorState.Ready || before.Endpoints != now.Endpoints))
        {
            Circuit.Reset();
        }

        ShowClosed();
        if (now.Load is { } load && !ReferenceEquals(load, before?.Load))
        {
            // A report counts own requests too, and as they were a moment ago: they come out in the mean only, so a negative difference counts as well.
            // Where answers tell it to the request, reports are needed only while there are none.
            var own = Volatile.Read(ref _inFlight);
            if (!_answersTell || (own == 0 && !_isUsed))
            {
                // Only changes are told: the report that nothing was there since the one before may be the last for long.
                var inside = load.InFlight + load.Queued;
                ObserveOthers(inside - own, inside == 0 && load.ServiceMs is null ? 1 : ReportShare);
            }

            _isUsed = own > 0;
        }
    }

    /// <summary>Takes over new rows for its candidates.</summary>
    internal void Place(CandidateRow[] rows)
    {
        foreach (var (columns, row) in rows)
        {
            columns.QuietSinceMs[row] = _quietSinceMs;
            columns.LatencyWeight[row] = _latencyWeight;
            columns.ObservedRttMs[row] = double.IsNaN(RoundTrip.CurrentMs) ? 0 : (float)RoundTrip.CurrentMs;
        }

        // First the rows, then what they hold: a change in between finds the new ones.
        Interlocked.Exchange(ref _rows, rows);
        ShowInFlight();
        ShowClosed();
        ShowOthers();
    }

    // Two threads may write in the wrong order, but then the one that wrote the older figure sees that it is no longer true.
    private void ShowInFlight()
    {
        int requests, items;
        do
        {
            (requests, items) = (Volatile.Read(ref _inFlight), Volatile.Read(ref _itemsInFlight));
            foreach (var (columns, row) in Volatile.Read(ref _rows))
            {
                columns.InFlight[row] = requests;
                columns.ItemsInFlight[row] = items;
            }

            Interlocked.MemoryBarrier();
        }
        while (requests != Volatile.Read(ref _inFlight) || items != Volatile.Read(ref _itemsInFlight));
    }

    private void ObserveOthers(int requests, float share)
    {
        if (_isOwn)
        {
            return;
        }

        var known = _othersAhead;
        _othersAhead = float.IsNaN(known) ? requests : known + (share * (requests - known));
        ShowOthers();
    }

    private void ShowOthers()
    {
        var others = _isOwn ? 0 : float.IsNaN(_othersAhead) ? OthersAtFirst : Math.Max(0, _othersAhead);
        foreach (var (columns, row) in Volatile.Read(ref _rows))
        {
            columns.OthersAhead[row] = others;
        }
    }

    private void ShowClosed()
    {
        int closed;
        do
        {
            closed = ClosedNow();
            foreach (var (columns, row) in Volatile.Read(ref _rows))
            {
                columns.Closed[row] = closed;
            }

            Interlocked.MemoryBarrier();
        }
        while (closed != ClosedNow());
    }

    private int ClosedNow() =>
        !_isReady ? CandidateColumns.NotReady : Circuit.IsOpen ? CandidateColumns.Quarantined : CandidateColumns.Open;

    private void SetQuietSince(double nowMs)
    {
        var now = Clock.Of(nowMs);
        _quietSinceMs = now;
        foreach (var (columns, row) in Volatile.Read(ref _rows))
        {
            columns.QuietSinceMs[row] = now;
        }
    }
}
