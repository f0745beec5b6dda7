using MuLambda.Batching;

namespace MuLambda.Simulation.Scaling;

/// <summary>A request in the queue of a replica.</summary>
/// <param name="sentMs">When its client sent it.</param>
/// <param name="deadlineMs">Until when its answer is wanted: its objective or, where that has passed, when its client gives up.</param>
/// <param name="tried">The replicas that refused it; null for none.</param>
internal sealed class WaitingRequest(double sentMs, double deadlineMs, List<Replica>? tried) : BatchEntry(1, deadlineMs)
{
    public double SentMs => sentMs;

    public List<Replica>? Tried => tried;
}
