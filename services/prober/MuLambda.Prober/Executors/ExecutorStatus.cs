using MuLambda.Catalog;

namespace MuLambda.Prober.Executors;

/// <summary>An executor as the prober sees it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Endpoints">Where it answers.</param>
/// <param name="State">Its state.</param>
/// <param name="Models">The model versions it serves, as <c>name@version</c>.</param>
/// <param name="Reason">Why it is not ready, or not whole; null where it is.</param>
/// <param name="Load">Its load; null where it does not tell.</param>
/// <param name="Registered">Whether the registry has it.</param>
/// <param name="RegistryError">Why the registry does not take it; null where it does.</param>
internal sealed record ExecutorStatus(
    string Id,
    ExecutorEndpoints Endpoints,
    ExecutorState State,
    IReadOnlyList<string> Models,
    string? Reason,
    ExecutorLoad? Load,
    bool Registered,
    string? RegistryError);
