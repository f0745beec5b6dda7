namespace MuLambda.Simulation;

/// <summary>What happens.</summary>
internal enum EventKind
{
    /// <summary>A stream sends its next request.</summary>
    Send,

    /// <summary>A request of an open loop arrives.</summary>
    Arrival,

    /// <summary>A job arrives at its executor.</summary>
    Arrive,

    /// <summary>An executor has done a job.</summary>
    Done,

    /// <summary>The first of the jobs that share an executor is done.</summary>
    Shared,

    /// <summary>The answer of a job, or the news of its failure, is back.</summary>
    Answer,

    /// <summary>A request is over for its client.</summary>
    Finish,

    /// <summary>An attempt's time may be over.</summary>
    Deadline,

    /// <summary>A node has measured its round trip to a client.</summary>
    Probe,

    /// <summary>A node reports the round trips it measured.</summary>
    Report,

    /// <summary>A node's companion looks at its executors.</summary>
    Look,

    /// <summary>A node's registrations end unless they were renewed.</summary>
    Lease,

    /// <summary>A fault begins or ends.</summary>
    Fault,

    /// <summary>A change of the catalog reaches a selector.</summary>
    Feed,
}
