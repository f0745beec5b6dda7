namespace MuLambda.Batching;

/// <summary>Whether a request was queued.</summary>
public enum AdmissionOutcome
{
    /// <summary>It waits for its batch.</summary>
    Queued,

    /// <summary>As many wait as may.</summary>
    Full,

    /// <summary>Its deadline would pass before its answer: it would only keep others waiting.</summary>
    TooLate,
}

/// <summary>What became of a request that asked for a place in a queue.</summary>
/// <param name="Outcome">Whether it has one.</param>
/// <param name="RetryAfterMs">When to try again, in milliseconds; 0 where it was queued.</param>
/// <param name="Displaced">A request that had to leave the queue for it, and is refused: one of lower priority where the queue is full, or one that is due sooner where not all can be answered in time. Null for none.</param>
public readonly record struct Admission(AdmissionOutcome Outcome, double RetryAfterMs, BatchEntry? Displaced = null);
