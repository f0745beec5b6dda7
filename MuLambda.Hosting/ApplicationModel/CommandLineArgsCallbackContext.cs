namespace MuLambda.Hosting.ApplicationModel;

/// <summary>What a callback adds arguments to.</summary>
/// <param name="args">The arguments so far.</param>
/// <param name="resource">The resource that receives them.</param>
/// <param name="cancellationToken">Gives up.</param>
public sealed class CommandLineArgsCallbackContext(IList<object> args, IResource resource, CancellationToken cancellationToken = default)
{
    /// <summary>The arguments: text, or values that are resolved when the resource starts.</summary>
    public IList<object> Args { get; } = args;

    /// <summary>The resource that receives them.</summary>
    public IResource Resource { get; } = resource;

    /// <summary>Gives up.</summary>
    public CancellationToken CancellationToken { get; } = cancellationToken;
}
