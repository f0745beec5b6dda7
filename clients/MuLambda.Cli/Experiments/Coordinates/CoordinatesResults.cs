using MuLambda.Simulation.Coordinates;

namespace MuLambda.Cli.Experiments.Coordinates;

/// <summary>All that the experiment found.</summary>
internal sealed record CoordinatesResults(
    IReadOnlyList<(string Name, MatrixFacts Facts)> Networks,
    IReadOnlyList<AccuracyRow> Accuracy,
    IReadOnlyList<ClientRow> Clients,
    IReadOnlyList<DynamicsRow> Dynamics,
    ScaleResult? Scale);
