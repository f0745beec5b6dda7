namespace MuLambda.Selection.Coordinates;

/// <summary>What <see cref="ClientLocator"/> locates by: a place that is known, and the round trip to it.</summary>
/// <param name="Coordinate">The place.</param>
/// <param name="RoundTripMs">The round trip measured, in milliseconds.</param>
internal readonly record struct Anchor(Coordinate Coordinate, double RoundTripMs);
