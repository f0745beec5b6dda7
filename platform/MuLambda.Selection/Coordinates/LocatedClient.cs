namespace MuLambda.Selection.Coordinates;

/// <summary>Where a client lies, and how well that explains what was measured.</summary>
/// <param name="Coordinate">Its coordinate.</param>
/// <param name="Samples">How many measurements it was located by.</param>
/// <param name="Error">
/// The median relative difference between what the coordinate predicts for those measurements and what they are. Of fewer
/// measurements than the space has dimensions it is too good: they can always be explained.
/// </param>
public readonly record struct LocatedClient(Coordinate Coordinate, int Samples, double Error);
