namespace MuLambda.Simulation.Coordinates;

/// <summary>Which nodes measure a client.</summary>
/// <param name="Random">Nodes that are drawn, whatever they lie like: they tell roughly where the client is.</param>
/// <param name="Near">The nodes that are then predicted to be nearest: they tell exactly where it counts.</param>
public sealed record ClientCoverage(int Random, int Near);
