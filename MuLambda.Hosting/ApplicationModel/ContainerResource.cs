namespace MuLambda.Hosting.ApplicationModel;

/// <summary>A container.</summary>
/// <param name="name">The resource's name.</param>
/// <param name="entrypoint">What replaces the image's entry point, or null.</param>
public class ContainerResource(string name, string? entrypoint = null)
    : Resource(name), IResourceWithEnvironment, IResourceWithArgs, IResourceWithEndpoints, IResourceWithWaitSupport
{
    /// <summary>What replaces the image's entry point, or null.</summary>
    public string? Entrypoint { get; set; } = entrypoint;
}
