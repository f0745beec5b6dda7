namespace MuLambda.Simulation.Coordinates;

/// <summary>How well coordinates predict in one setting.</summary>
/// <param name="Matrix">The network's name.</param>
/// <param name="Nodes">The nodes that learn coordinates.</param>
/// <param name="Variant">What is different from the defaults; <c>default</c> for nothing.</param>
/// <param name="Dimensions">The dimensions of positions.</param>
/// <param name="Peers">The peers that each node probes.</param>
/// <param name="Round">How often each probed them all.</param>
/// <param name="Errors">The errors between nodes that do not probe each other.</param>
public sealed record AccuracyRow(
    string Matrix, int Nodes, string Variant, int Dimensions, int Peers, int Round, ErrorPercentiles Errors);
