namespace MuLambda.Simulation.Paper;

/// <summary>How often there was a value.</summary>
/// <param name="Value">The value.</param>
/// <param name="Count">How often.</param>
public readonly record struct ValueCount(double Value, long Count);
