namespace MuLambda.Simulation.Coordinates;

/// <summary>A network to experiment on.</summary>
/// <param name="Name">What results call it.</param>
/// <param name="Matrix">The network.</param>
public sealed record NamedMatrix(string Name, ILatencyMatrix Matrix);
