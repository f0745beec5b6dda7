namespace MuLambda.Selection;

/// <summary>
/// A request counted as in flight in the executor chosen for it, until it is told how it ended. The first of
/// <see cref="Complete"/>, <see cref="Fail"/> and <see cref="Dispose"/> counts; the others then do nothing.
/// </summary>
public sealed class Assignment : IDisposable
{
    private readonly ModelSelector _selector;
    private readonly int _items;
    private readonly long _requestsAhead;
    private readonly long _itemsAhead;
    private readonly bool _trial;
    private int _ended;

    internal Assignment(
        ModelSelector selector, Decision decision, int items, long requestsAhead, long itemsAhead, bool trial)
    {
        _selector = selector;
        Decision = decision;
        _items = items;
        _requestsAhead = requestsAhead;
        _itemsAhead = itemsAhead;
        _trial = trial;
    }

    /// <summary>What was chosen.</summary>
    public Decision Decision { get; }

    /// <summary>The executor answered: the estimators learn from it, and a quarantine ends.</summary>
    /// <param name="elapsedMs">From the assignment to the answer, in milliseconds.</param>
    /// <param name="networkMs">The network's known share of it, in milliseconds; null where it is not known.</param>
    /// <param name="confidence">How sure the model was, from 0 to 1; null where the answer does not say.</param>
    public void Complete(double elapsedMs, double? networkMs = null, double? confidence = null)
    {
        if (!End())
        {
            return;
        }

        var candidate = Decision.Candidate;
        var executor = candidate.ExecutorTrack;
        executor.Circuit.Succeed(_trial);
        if (networkMs is null && _requestsAhead == 0 && candidate.ReportedServiceMs is var reported && !double.IsNaN(reported))
        {
            executor.RoundTrip.Observe(elapsedMs, reported);
        }

        var inferredMs = executor.RoundTrip.CurrentMs;
        Learn(elapsedMs - (networkMs ?? (double.IsNaN(inferredMs) ? 0 : inferredMs)));
        var estimate = Decision.Estimate;
        candidate.Track.RecordDelay(
            elapsedMs, estimate.RttSource == RoundTripSource.Measured ? estimate.RttMs : 0, _items);
        if (confidence is { } value)
        {
            candidate.Track.Confidence.Observe(value);
        }
    }

    /// <summary>The executor answered that the request itself is wrong: it is alive, and nothing is learned of its speed.</summary>
    public void Refused()
    {
        if (End())
        {
            Decision.Candidate.ExecutorTrack.Circuit.Succeed(_trial);
        }
    }

    /// <summary>The executor did not answer in the time it was given: at least so long it takes.</summary>
    /// <param name="elapsedMs">The time it was given, in milliseconds.</param>
    /// <param name="unresponsive">Whether that was long enough to leave it out.</param>
    public void TimeOut(double elapsedMs, bool unresponsive)
    {
        if (!End())
        {
            return;
        }

        Learn(elapsedMs);
        var circuit = Decision.Candidate.ExecutorTrack.Circuit;
        if (unresponsive)
        {
            circuit.Fail(_selector.NowMs, _trial);
        }
        else
        {
            circuit.Abandon(_trial);
        }
    }

    /// <summary>The executor failed: it is left out at once.</summary>
    public void Fail()
    {
        if (End())
        {
            Decision.Candidate.ExecutorTrack.Circuit.Fail(_selector.NowMs, _trial);
        }
    }

    /// <summary>The request ended without telling anything of the executor, for instance because its caller went away.</summary>
    public void Dispose()
    {
        if (End())
        {
            Decision.Candidate.ExecutorTrack.Circuit.Abandon(_trial);
        }
    }

    private void Learn(double elapsedMs)
    {
        var nowMs = _selector.NowMs;
        Decision.Candidate.Track.Service.Observe(elapsedMs, _items, _requestsAhead, _itemsAhead, nowMs);
        Decision.Candidate.ModelService.Observe(elapsedMs, _items, _requestsAhead, _itemsAhead, nowMs);
    }

    private bool End()
    {
        if (Interlocked.Exchange(ref _ended, 1) != 0)
        {
            return false;
        }

        Decision.Candidate.ExecutorTrack.Release(_items);
        return true;
    }
}
