namespace MuLambda.Selection;

/// <summary>What the hard filter leaves.</summary>
/// <param name="Count">How many rows.</param>
/// <param name="BestAccuracy">The largest accuracy among them; 0 where there are none.</param>
internal readonly record struct Admission(int Count, double BestAccuracy);
