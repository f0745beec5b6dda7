namespace MuLambda.Hosting.ApplicationModel;

/// <summary>Who asks for a value.</summary>
public class ValueProviderContext
{
    /// <summary>The resource that will receive the value.</summary>
    public IResource? Caller { get; init; }

    /// <summary>Whether the application runs or is published.</summary>
    public DistributedApplicationExecutionContext? ExecutionContext { get; init; }

    /// <summary>Which replica of the caller; its own endpoints are that replica's.</summary>
    internal int ReplicaIndex { get; init; }
}
