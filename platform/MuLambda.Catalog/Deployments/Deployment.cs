namespace MuLambda.Catalog;

/// <summary>How a model is to be served: between which numbers of replicas, and by which policy their number is chosen.</summary>
/// <param name="Model">The model's name, which is the deployment's id.</param>
/// <param name="Version">The version; null for the newest that is registered.</param>
/// <param name="Min">The fewest replicas; 0 lets it go to zero.</param>
/// <param name="Max">The most replicas, at least 1 and at least <paramref name="Min"/>.</param>
/// <param name="Policy">The scaling policy's name.</param>
/// <param name="KeepWarmSeconds">How long the last replica stays without a request at most, in seconds; a policy that knows the idle times may end it sooner.</param>
/// <param name="Node">The only node it may run on; null for any.</param>
/// <param name="Options">The policy's options by name; null for its defaults.</param>
public sealed record Deployment(
    string Model,
    long? Version = null,
    int Min = 0,
    int Max = Deployment.DefaultMax,
    string Policy = Deployment.DefaultPolicy,
    double KeepWarmSeconds = Deployment.DefaultKeepWarmSeconds,
    string? Node = null,
    IReadOnlyDictionary<string, double>? Options = null)
{
    /// <summary>The policy where nothing is said.</summary>
    public const string DefaultPolicy = "slo";

    /// <summary>The most replicas where nothing is said.</summary>
    public const int DefaultMax = 8;

    /// <summary>How long the last replica stays without a request where nothing is said, in seconds.</summary>
    public const double DefaultKeepWarmSeconds = 600;
}
