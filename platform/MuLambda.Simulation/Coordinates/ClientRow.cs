namespace MuLambda.Simulation.Coordinates;

/// <summary>How well clients are served that only some nodes measure.</summary>
/// <param name="Matrix">The network's name.</param>
/// <param name="Nodes">The nodes.</param>
/// <param name="Coverage">Which nodes measure each client.</param>
/// <param name="Result">What came of it.</param>
public sealed record ClientRow(string Matrix, int Nodes, ClientCoverage Coverage, ClientResult Result);
