namespace MuLambda.Selection;

/// <summary>The names of the hard criteria, as reported.</summary>
public static class Criterion
{
    /// <summary>What the model does.</summary>
    public const string Task = "task";

    /// <summary>What the model reads.</summary>
    public const string Input = "input";

    /// <summary>What the model answers with.</summary>
    public const string Output = "output";

    /// <summary>An executor that serves the model, is ready and is not left out after a failure.</summary>
    public const string State = "state";

    /// <summary>The bound on the estimated latency.</summary>
    public const string MaxLatency = "bounds.maxLatencyMs";

    /// <summary>The bound on the accuracy.</summary>
    public const string MinAccuracy = "bounds.minAccuracy";
}
