namespace MuLambda.Catalog;

/// <summary>One running replica that serves one or more models on a node.</summary>
/// <param name="Id">The executor's id: 1 to 63 lower-case letters, digits and inner hyphens.</param>
/// <param name="Node">The node it runs on; probes are measured per node.</param>
/// <param name="Models">The model versions it serves, as its companion found them.</param>
/// <param name="Endpoints">Where it answers.</param>
/// <param name="State">What it is doing.</param>
/// <param name="Load">Its last reported load; null before the first report.</param>
/// <param name="Reason">Why it is in a state that needs one, such as failed; may be empty.</param>
/// <param name="LeaseSeconds">How long the registration lives without a heartbeat.</param>
/// <param name="Launch">How it came to be; null for one that the platform did not launch.</param>
public sealed record Executor(
    string Id,
    string Node,
    IReadOnlyList<ModelReference> Models,
    ExecutorEndpoints Endpoints,
    ExecutorState State,
    ExecutorLoad? Load = null,
    string? Reason = null,
    double LeaseSeconds = Leases.DefaultSeconds,
    ExecutorLaunch? Launch = null);
