namespace MuLambda.Selection.Coordinates;

/// <summary>A round trip between a node and what is to be located.</summary>
/// <param name="Node">The node's index in the <see cref="RoundTripPredictor"/>.</param>
/// <param name="RoundTripMs">The round trip, in milliseconds.</param>
public readonly record struct RoundTripSample(int Node, double RoundTripMs);
