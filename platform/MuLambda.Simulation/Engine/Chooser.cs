using MuLambda.Selection;

namespace MuLambda.Simulation;

/// <summary>Chooses an executor for a request: its selector does, or the oracle.</summary>
internal sealed class Chooser(Topology topology, SelectorNode[] selectors, IOracle? oracle, ClusterState state)
{
    /// <summary>Fills in the executor and, where a selector chose, the assignment.</summary>
    /// <param name="request">The request.</param>
    /// <param name="leftMs">The time it has left.</param>
    /// <param name="expectedMs">What the selector expects it to take.</param>
    /// <param name="considered">How many candidates there were.</param>
    /// <returns>False when there is no candidate.</returns>
    public bool TryChoose(ref Request request, double leftMs, out double expectedMs, out int considered)
    {
        if (oracle is not null)
        {
            var phase = topology.Phases[request.Phase];
            var not = request.Attempts == 0 ? -1 : request.Executor;
            expectedMs = double.PositiveInfinity;
            considered = state.Executors;
            var executor = oracle.Choose(
                state, new OracleRequest(request.Client, phase.Criteria, phase.Weights, request.Items, not));
            if (executor < 0)
            {
                return false;
            }

            request.Executor = executor;
            return true;
        }

        var assignment = selectors[request.Selector].Select(
            request.Phase, request.Items, request.Tried is { Count: > 0 } tried ? tried : null, leftMs / 2);
        if (assignment is not { } assigned)
        {
            (expectedMs, considered) = (0, 0);
            return false;
        }

        var decision = assigned.Decision;
        request.Assignment = assigned;
        request.NetworkMs = decision.Estimate.RttSource == RoundTripSource.Measured ? decision.Estimate.RttMs : null;
        request.Executor = topology.ExecutorOf(decision.Candidate.Executor.Id);
        (expectedMs, considered) = (decision.HopedMs, decision.Considered);
        return true;
    }
}
