namespace MuLambda.Catalog;

/// <summary>
/// Where a node lies in the space of round trips (Vivaldi): the round trip between two nodes is about the distance of their positions and
/// both heights.
/// </summary>
/// <param name="Position">1 to 8 numbers, in milliseconds; positions of fewer dimensions are 0 in the others.</param>
/// <param name="HeightMs">What every path to the node has in common, in milliseconds; at least 0.</param>
/// <param name="Error">How far off its predictions are expected to be, relatively: from 0 to 1.</param>
public sealed record NodeCoordinate(IReadOnlyList<double> Position, double HeightMs, double Error);
