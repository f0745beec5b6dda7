namespace MuLambda.Hosting;

/// <summary>What is done with the application.</summary>
public enum DistributedApplicationOperation
{
    /// <summary>It runs on this machine.</summary>
    Run = 0,

    /// <summary>It is described for a deployment.</summary>
    Publish = 1,
}
