namespace MuLambda.Selection;

/// <summary>A candidate as a policy sees it: figures of one moment, nothing that moves.</summary>
public readonly record struct CandidateState
{
    /// <summary>What it is expected to take for this request, and its declared accuracy.</summary>
    public required Estimate Estimate { get; init; }

    /// <summary>The candidate's place in its snapshot.</summary>
    public int Ordinal { get; init; }

    /// <summary>Requests assigned to its executor and not answered yet.</summary>
    public long InFlight { get; init; }

    /// <summary>Answers observed of it; 0 for one that is known by its prior only.</summary>
    public long Observations { get; init; }

    /// <summary>Selections among its peers since it was last chosen, or since it appeared.</summary>
    public long TurnsUnchosen { get; init; }

    /// <summary>How far its answers lie from what was estimated, in the mean, in milliseconds.</summary>
    public double ScatterMs { get; init; }

    /// <summary>The model's size in bytes.</summary>
    public long ModelBytes { get; init; }

    /// <summary>The mean of its last confidences; its declared accuracy before the first.</summary>
    public double Confidence { get; init; }

    /// <summary>The last answer's time beyond the round trip, per item, in milliseconds.</summary>
    public double LastDelayPerItemMs { get; init; }
}
