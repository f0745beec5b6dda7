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
    /// <param name="requestsAhead">How many requests ran or waited in the executor when this one came, as it told; null where it did not, and a
    /// negative number counts as that.</param>
    public void Complete(double elapsedMs, double? networkMs = null, double? confidence = null, int? requestsAhead = null)
    {
        _ = requestsAhead is >= 0 ? requestsAhead : null;
        Complete(elapsedMs, networkMs, confidence, trial: false);
    }

    /// <summary>The executor failed: it is left out at once.</summary>
    public void Fail() => _executor.Fail(_selector.NowMs, trial: false);

    internal void Complete(double elapsedMs, double? networkMs, double? confidence, bool trial)
    {
        var nowMs = _selector.NowMs;
        _executor.Answered(nowMs);
        _executor.Succeed(trial);
        if (networkMs is null && _requestsAhead == 0 && !double.IsNaN(_reportedServiceMs))
        {
            _executor.ObserveRoundTrip(elapsedMs, _reportedServiceMs);
        }

        var inferredMs = _executor.RoundTrip.CurrentMs;
        _candidate.Learn(
            elapsedMs - (networkMs ?? (double.IsNaN(inferredMs) ? 0 : inferredMs)), _items, _requestsAhead, _itemsAhead, nowMs);
        _candidate.RecordDelay(elapsedMs, _measuredRttMs, _items);
        if (confidence is { } value)
        {
            _candidate.ObserveConfidence(value);
        }
    }
}
