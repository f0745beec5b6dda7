using MuLambda.Catalog;

namespace MuLambda.Simulation;

/// <summary>A client during the time in which it asks for one thing: the catalog has a client of its own for it.</summary>
/// <param name="Id">The id in the catalog.</param>
/// <param name="Criteria">What it asks for.</param>
/// <param name="Weights">Its weights, normalised.</param>
/// <param name="FromSequence">The first request of a stream that has it.</param>
/// <param name="FromMs">When it begins.</param>
internal sealed record ClientPhase(string Id, Criteria Criteria, Preference Weights, int FromSequence, double FromMs);
