namespace MuLambda.Hosting;

/// <summary>Whether the application runs or is published.</summary>
/// <param name="operation">Which.</param>
public class DistributedApplicationExecutionContext(DistributedApplicationOperation operation)
{
    /// <summary>Which.</summary>
    public DistributedApplicationOperation Operation { get; } = operation;

    /// <summary>Whether it is described for a deployment.</summary>
    public bool IsPublishMode => Operation == DistributedApplicationOperation.Publish;

    /// <summary>Whether it runs on this machine.</summary>
    public bool IsRunMode => Operation == DistributedApplicationOperation.Run;
}
