namespace MuLambda.Hosting.ApplicationModel;

/// <summary>A change of a resource.</summary>
/// <param name="resource">The resource.</param>
/// <param name="resourceId">Its identifier.</param>
/// <param name="snapshot">What it is now.</param>
public class ResourceEvent(IResource resource, string resourceId, CustomResourceSnapshot snapshot)
{
    /// <summary>The resource.</summary>
    public IResource Resource { get; } = resource;

    /// <summary>Its identifier.</summary>
    public string ResourceId { get; } = resourceId;

    /// <summary>What it is now.</summary>
    public CustomResourceSnapshot Snapshot { get; } = snapshot;
}
