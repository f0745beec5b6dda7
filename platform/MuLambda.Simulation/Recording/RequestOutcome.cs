namespace MuLambda.Simulation;

/// <summary>How a request ended.</summary>
public enum RequestOutcome
{
    /// <summary>It was answered.</summary>
    Answered,

    /// <summary>It was not answered in time.</summary>
    TimedOut,

    /// <summary>Every executor that was tried failed.</summary>
    Failed,

    /// <summary>No executor met the criteria.</summary>
    NoCandidate,

    /// <summary>Too many requests of its client were in flight.</summary>
    Refused,
}
