using MuLambda.Selection;

namespace MuLambda.Selector;

/// <summary>A place for one request in the <see cref="RequestLog"/>.</summary>
internal struct RequestSlot
{
    private int _gate;

    /// <summary>Which request; 0 for none.</summary>
    public long Sequence;

    /// <summary>When it was decided, in milliseconds of the log's clock.</summary>
    public double IssuedMs;

    /// <summary>What the answer's accuracy teaches.</summary>
    public CandidateTrack? Track;

    /// <summary>The executor it went to.</summary>
    public string? Executor;

    /// <summary>The client that asked; null where criteria did.</summary>
    public string? Client;

    /// <summary>Counts it as in flight until its end is told or is due; null for a request that the selector forwarded.</summary>
    public Assignment? Assignment;

    /// <summary>What the demand for its model counts it as, for as long as it counts as in flight, and then how it ended.</summary>
    public DemandTicket Demand;

    /// <summary>What a latency still teaches that is told after that.</summary>
    public LateAnswer? Late;

    /// <summary>The measured round trip between client and executor, in milliseconds; NaN where there is none.</summary>
    public double RttMs;

    /// <summary>What the model said of its answer; NaN where it did not.</summary>
    public double Confidence;

    /// <summary>What has been told of it.</summary>
    public FeedbackKinds Told;

    /// <summary>Whether the client is expected to tell how it ended.</summary>
    public bool Awaited;

    /// <summary>Waits for the place; it is held for a few instructions only.</summary>
    public void Enter()
    {
        var spin = default(SpinWait);
        while (Interlocked.CompareExchange(ref _gate, 1, 0) != 0)
        {
            spin.SpinOnce();
        }
    }

    public void Leave() => Volatile.Write(ref _gate, 0);

    /// <summary>Empties it, but for its gate.</summary>
    public void Clear()
    {
        Sequence = 0;
        (Track, Executor, Client, Assignment, Late) = (null, null, null, null, null);
        Demand = default;
        Told = FeedbackKinds.None;
    }
}
