namespace MuLambda.Hosting.ApplicationModel;

/// <summary>Any program of this machine.</summary>
/// <param name="name">The resource's name.</param>
/// <param name="command">A program on PATH, or a path.</param>
/// <param name="workingDirectory">Where it runs.</param>
public class ExecutableResource(string name, string command, string workingDirectory)
    : Resource(name), IResourceWithEnvironment, IResourceWithArgs, IResourceWithEndpoints, IResourceWithWaitSupport
{
    /// <summary>A program on PATH, or a path.</summary>
    public string Command { get; } = command;

    /// <summary>Where it runs.</summary>
    public string WorkingDirectory { get; } = workingDirectory;
}
