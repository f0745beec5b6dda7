namespace MuLambda.Hosting.ApplicationModel;

/// <summary>The states of a resource.</summary>
public static class KnownResourceStates
{
    /// <summary>Waits for others.</summary>
    public static readonly string Waiting = "Waiting";

    /// <summary>Is being started.</summary>
    public static readonly string Starting = "Starting";

    /// <summary>Runs.</summary>
    public static readonly string Running = "Running";

    /// <summary>Could not be started.</summary>
    public static readonly string FailedToStart = "FailedToStart";

    /// <summary>Is being stopped.</summary>
    public static readonly string Stopping = "Stopping";

    /// <summary>Ended with an error, or was stopped.</summary>
    public static readonly string Exited = "Exited";

    /// <summary>Ended, its task done.</summary>
    public static readonly string Finished = "Finished";

    /// <summary>The states that are not left again.</summary>
    public static readonly IReadOnlyList<string> TerminalStates = [Finished, FailedToStart, Exited];
}
