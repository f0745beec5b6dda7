namespace MuLambda.Selector;

/// <summary>How a request ended, as the demand for its model counts it.</summary>
internal enum DemandOutcome
{
    /// <summary>Nobody knows, or it was the caller's own doing.</summary>
    Unknown,

    /// <summary>Answered within the client's objective; where it states none, answered.</summary>
    Good,

    /// <summary>Answered later, or failed.</summary>
    Bad,
}
