using MuLambda.Catalog;

namespace MuLambda.Client;

/// <summary>The executor the platform chose for a request, and why.</summary>
/// <param name="RequestId">The request's id, unique and sortable by time.</param>
/// <param name="Policy">The selection policy that decided.</param>
/// <param name="Executor">The chosen executor's id.</param>
/// <param name="Node">The node it runs on.</param>
/// <param name="Model">The model version it will use.</param>
/// <param name="Endpoints">Where the executor answers.</param>
/// <param name="Estimate">What the policy expected of it.</param>
/// <param name="Utility">How well it fits the soft criteria; comparable among the candidates of one request.</param>
/// <param name="Considered">How many candidates met the hard criteria.</param>
/// <param name="Observed">What was measured; only in the answer of an inference.</param>
/// <param name="ColdStartMs">How long the request waited for a first executor to be ready, in milliseconds; null where it did not.</param>
public sealed record Decision(
    string RequestId,
    string Policy,
    string Executor,
    string Node,
    ModelReference Model,
    ExecutorEndpoints Endpoints,
    Estimate Estimate,
    double Utility,
    int Considered,
    Observed? Observed = null,
    double? ColdStartMs = null);
