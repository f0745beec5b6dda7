using MuLambda.Catalog;

namespace MuLambda.Simulation;

/// <summary>A request as an oracle sees it.</summary>
/// <param name="Client">The client's index.</param>
/// <param name="Criteria">What it asks for.</param>
/// <param name="Weights">Its weights, normalised to sum 1.</param>
/// <param name="Items">The examples it carries.</param>
/// <param name="NotExecutor">An executor that just failed it; -1 for none.</param>
public readonly record struct OracleRequest(int Client, Criteria Criteria, Preference Weights, int Items, int NotExecutor);
