namespace MuLambda.Hosting.ApplicationModel;

/// <summary>What a callback adds environment variables to.</summary>
/// <param name="executionContext">Whether the application runs or is published.</param>
/// <param name="resource">The resource that receives them.</param>
/// <param name="environmentVariables">The variables so far.</param>
/// <param name="cancellationToken">Gives up.</param>
public class EnvironmentCallbackContext(DistributedApplicationExecutionContext executionContext, IResource resource, Dictionary<string, object>? environmentVariables = null, CancellationToken cancellationToken = default)
{
    /// <summary>The variables: text, or values that are resolved when the resource starts.</summary>
    public Dictionary<string, object> EnvironmentVariables { get; } = environmentVariables ?? [];

    /// <summary>Whether the application runs or is published.</summary>
    public DistributedApplicationExecutionContext ExecutionContext { get; } = executionContext;

    /// <summary>The resource that receives them.</summary>
    public IResource Resource { get; } = resource;

    /// <summary>Gives up.</summary>
    public CancellationToken CancellationToken { get; } = cancellationToken;
}
