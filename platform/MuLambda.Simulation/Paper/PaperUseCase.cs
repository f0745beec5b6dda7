using MuLambda.Catalog;

namespace MuLambda.Simulation.Paper;

/// <summary>What an application wants: the weights of latency and accuracy, over equal parts of each stream's requests.</summary>
/// <param name="Name">Its short name.</param>
/// <param name="Title">Its name.</param>
/// <param name="Phases">The weights, part by part; each pair sums to 1.</param>
public sealed record PaperUseCase(string Name, string Title, IReadOnlyList<Preference> Phases)
{
    /// <summary>The part that a request is in.</summary>
    /// <param name="sequence">The request's number in its stream, from 0.</param>
    /// <param name="requests">The requests of the stream.</param>
    /// <returns>An index into <see cref="Phases"/>.</returns>
    public int PhaseOf(int sequence, int requests) => (int)((long)sequence * Phases.Count / requests);
}
