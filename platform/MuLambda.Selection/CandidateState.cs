namespace MuLambda.Selection;

/// <summary>A candidate's figures at one moment, for one request.</summary>
public readonly record struct CandidateState
{
    /// <summary>What it is expected to take for this request, and its accuracy.</summary>
    public required Estimate Estimate { get; init; }

    /// <summary>
    /// Its own latency and what the request would add to others', in milliseconds: the round trip plus the service time under load
    /// times the crowding (service time under load over the one without).
    /// </summary>
    public double MarginalMs { get; init; }

    /// <summary>Requests assigned to its executor and not answered yet.</summary>
    public long InFlight { get; init; }

    /// <summary>Answers observed of it; 0 for one that is known by its prior or its model's other executors only.</summary>
    public long Observations { get; init; }

    /// <summary>How far its answers lie from what was estimated, in the mean, in milliseconds.</summary>
    public double ScatterMs { get; init; }

    /// <summary>How uncertain the accuracy is: a standard deviation.</summary>
    public double AccuracyDeviation { get; init; }

    /// <summary>Whether it is due to be measured again, and judged by what it may have become.</summary>
    public bool IsDue { get; init; }

    /// <summary>Selections among its peers since it was last chosen, or since it appeared.</summary>
    public long TurnsUnchosen { get; init; }

    /// <summary>The model's size in bytes.</summary>
    public long ModelBytes { get; init; }

    /// <summary>The mean of its last confidences; its declared accuracy before the first.</summary>
    public double Confidence { get; init; }

    /// <summary>The last answer's time beyond the round trip, per item, in milliseconds.</summary>
    public double LastDelayPerItemMs { get; init; }
}
