namespace MuLambda.Selection;

/// <summary>
/// A request that is no longer counted as in flight although nobody has told how it ended (<see cref="Assignment.Release"/>): should that
/// be told after all, the estimators learn from it. It keeps no snapshot alive.
/// </summary>
public readonly struct LateAnswer
{
    private readonly ModelSelector _selector;
    private readonly ExecutorTrack _executor;
    private readonly CandidateTrack _candidate;
    private readonly double _reportedServiceMs;
    private readonly double _measuredRttMs;
    private readonly int _items;
    private readonly int _requestsAhead;
    private readonly int _itemsAhead;

    internal LateAnswer(AssignmentRecord record, in Decision decision)
    {
        var candidate = decision.Candidate;
        _selector = record.Selector;
        (_items, _requestsAhead, _itemsAhead) = (record.Items, record.RequestsAhead, record.ItemsAhead);
        (_executor, _candidate, _reportedServiceMs) = (candidate.ExecutorTrack, candidate.Track, candidate.ReportedServiceMs);
        _measuredRttMs = decision.Estimate.RttSource == RoundTripSource.Measured ? decision.Estimate.RttMs : 0;
    }

    /// <summary>The executor answered: the estimators learn from it, and a quarantine ends.</summary>
    /// <param name="elapsedMs">From the assignment to the answer, in milliseconds.</param>
    /// <param name="networkMs">The network's known share of it, in milliseconds; null where it is not known.</param>
    /// <param name="confidence">How sure the model was, from 0 to 1; null where the answer does not say.</param>
    /// <param name="requestsAhead">How many requests the executor had when this one came, as it says; null where it does not.</param>
    public void Complete(double elapsedMs, double? networkMs = null, double? confidence = null, int? requestsAhead = null) =>
        Complete(elapsedMs, networkMs, confidence, requestsAhead, trial: false);

    /// <summary>The executor failed: it is left out at once.</summary>
    public void Fail() => _executor.Fail(_selector.NowMs, trial: false);

    internal void Complete(double elapsedMs, double? networkMs, double? confidence, int? requestsAhead, bool trial)
    {
        var nowMs = _selector.NowMs;
        _executor.Answered(nowMs);
        _executor.Succeed(trial);
        if (networkMs is null && _requestsAhead == 0 && !double.IsNaN(_reportedServiceMs))
        {
            _executor.ObserveRoundTrip(elapsedMs, _reportedServiceMs);
        }

        var inferredMs = _executor.RoundTrip.CurrentMs;
        var (ahead, itemsAhead) = (_requestsAhead, _itemsAhead);
        if (requestsAhead is >= 0 and { } told)
        {
            // The executor knows better: requests of other selectors, and own ones whose answers were on their way.
            _executor.ObserveAhead(told, _requestsAhead);
            (ahead, itemsAhead) = (told, (int)Math.Min(int.MaxValue, (long)told * (_requestsAhead > 0 ? _itemsAhead / _requestsAhead : _items)));
        }

        _candidate.Learn(
            elapsedMs - (networkMs ?? (double.IsNaN(inferredMs) ? 0 : inferredMs)), _items, ahead, itemsAhead, nowMs);
        _candidate.RecordDelay(elapsedMs, _measuredRttMs, _items);
        if (confidence is { } value)
        {
            _candidate.ObserveConfidence(value);
        }
    }

    internal void CompleteBatched(double elapsedMs, in BatchAnswer batch, double? networkMs, double? confidence, bool trial)
    {
        var nowMs = _selector.NowMs;
        _executor.Answered(nowMs);
        _executor.Succeed(trial);
        if (batch.IsFirst)
        {
            if (networkMs is null && batch.OwnAhead == 0 && !double.IsNaN(_reportedServiceMs))
            {
                _executor.ObserveRoundTrip(batch.TookMs, _reportedServiceMs);
            }

            if (batch.RequestsAhead is >= 0 and { } told)
            {
                _executor.ObserveAhead(told, batch.OwnAhead);
            }

            var inferredMs = _executor.RoundTrip.CurrentMs;
            _candidate.Learn(
                batch.TookMs - (networkMs ?? (double.IsNaN(inferredMs) ? 0 : inferredMs)), batch.Items, requestsAhead: 0, itemsAhead: 0, nowMs);
        }

        _candidate.RecordDelay(elapsedMs, _measuredRttMs, _items);
        if (confidence is { } value)
        {
            _candidate.ObserveConfidence(value);
        }
    }
}
