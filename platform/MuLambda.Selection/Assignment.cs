namespace MuLambda.Selection;

/// <summary>
/// A request counted as in flight in the executor chosen for it, until it is told how it ended. The first of
/// <see cref="Complete"/>, <see cref="CompleteBatched"/>, <see cref="Refused"/>, <see cref="TimeOut"/>, <see cref="Fail"/>, <see cref="Release"/> and <see cref="Dispose"/> counts, in whichever
/// copy; the others then do nothing.
/// </summary>
public readonly struct Assignment : IDisposable, IEquatable<Assignment>
{
    private readonly AssignmentRecord _record;
    private readonly int _version;

    internal Assignment(AssignmentRecord record, int version, in Decision decision)
    {
        _record = record;
        _version = version;
        Decision = decision;
    }

    /// <summary>What was chosen.</summary>
    public Decision Decision { get; }

    /// <summary>Whether two are the same assignment.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>True where they are.</returns>
    public static bool operator ==(Assignment left, Assignment right) => left.Equals(right);

    /// <summary>Whether two are different assignments.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>True where they are.</returns>
    public static bool operator !=(Assignment left, Assignment right) => !left.Equals(right);

    /// <summary>The executor answered: the estimators learn from it, and a quarantine ends.</summary>
    /// <param name="elapsedMs">From the assignment to the answer, in milliseconds.</param>
    /// <param name="networkMs">The network's known share of it, in milliseconds; null where it is not known.</param>
    /// <param name="confidence">How sure the model was, from 0 to 1; null where the answer does not say.</param>
    /// <param name="requestsAhead">How many requests the executor had when this one came, as it says; null where it does not.</param>
    public void Complete(double elapsedMs, double? networkMs = null, double? confidence = null, int? requestsAhead = null)
    {
        // Taken before the end: after it the record may be another assignment's.
        var (answer, trial) = (new LateAnswer(_record, Decision), _record.Trial);
        if (End())
        {
            answer.Complete(elapsedMs, networkMs, confidence, requestsAhead, trial);
        }
    }

    /// <summary>The executor answered a batch that the request was in: the estimators learn from the batch, once, and from this answer.</summary>
    /// <param name="elapsedMs">From the assignment to the answer, waiting included, in milliseconds.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="networkMs">The network's known share of what the batch took, in milliseconds; null where it is not known.</param>
    /// <param name="confidence">How sure the model was, from 0 to 1; null where the answer does not say.</param>
    public void CompleteBatched(double elapsedMs, in BatchAnswer batch, double? networkMs = null, double? confidence = null)
    {
        var (answer, trial) = (new LateAnswer(_record, Decision), _record.Trial);
        if (End())
        {
            answer.CompleteBatched(elapsedMs, batch, networkMs, confidence, trial);
        }
    }

    /// <summary>Nobody has told how the request ended, and it shall not be counted any longer.</summary>
    /// <param name="late">What the estimators can still learn by, should it be told.</param>
    /// <returns>False when it had ended before.</returns>
    public bool Release(out LateAnswer late)
    {
        var trial = _record.Trial;
        late = new LateAnswer(_record, Decision);
        if (!End())
        {
            return false;
        }

        Decision.Candidate.ExecutorTrack.Abandon(trial);
        return true;
    }

    /// <summary>The executor answered that the request itself is wrong: it is alive, and nothing is learned of its speed.</summary>
    public void Refused()
    {
        var (_, _, _, trial, selector) = Figures();
        if (End())
        {
            Decision.Candidate.ExecutorTrack.Answered(selector.NowMs);
            Decision.Candidate.ExecutorTrack.Succeed(trial);
        }
    }

    /// <summary>The executor did not answer in the time it was given: at least so long it takes.</summary>
    /// <param name="elapsedMs">The time it was given, in milliseconds.</param>
    /// <param name="unresponsive">Whether that was long enough to leave it out.</param>
    public void TimeOut(double elapsedMs, bool unresponsive)
    {
        var (items, requestsAhead, itemsAhead, trial, selector) = Figures();
        if (!End())
        {
            return;
        }

        var candidate = Decision.Candidate;
        candidate.Track.Learn(elapsedMs, items, requestsAhead, itemsAhead, selector.NowMs);
        if (unresponsive)
        {
            candidate.ExecutorTrack.Fail(selector.NowMs, trial);
        }
        else
        {
            candidate.ExecutorTrack.Abandon(trial);
        }
    }

    /// <summary>The executor failed: it is left out at once.</summary>
    public void Fail()
    {
        var (_, _, _, trial, selector) = Figures();
        if (End())
        {
            Decision.Candidate.ExecutorTrack.Fail(selector.NowMs, trial);
        }
    }

    /// <summary>The request ended without telling anything of the executor, for instance because its caller went away.</summary>
    public void Dispose()
    {
        var trial = _record.Trial;
        if (End())
        {
            Decision.Candidate.ExecutorTrack.Abandon(trial);
        }
    }

    /// <inheritdoc/>
    public bool Equals(Assignment other) => ReferenceEquals(_record, other._record) && _version == other._version;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Assignment other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_record, _version);

    // Read before the end: after it the record may be another assignment's.
    private (int Items, int RequestsAhead, int ItemsAhead, bool Trial, ModelSelector Selector) Figures() =>
        (_record.Items, _record.RequestsAhead, _record.ItemsAhead, _record.Trial, _record.Selector);

    private bool End()
    {
        var items = _record.Items;
        if (!_record.TryEnd(_version))
        {
            return false;
        }

        _record.Return();
        Decision.Candidate.ExecutorTrack.Release(items);
        return true;
    }
}
