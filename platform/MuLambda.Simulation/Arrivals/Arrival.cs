namespace MuLambda.Simulation;

/// <summary>An arrival.</summary>
/// <param name="AtMs">When, in milliseconds since the client's begin.</param>
/// <param name="Items">The examples it carries; 0 for what <see cref="ClientSpec.Items"/> says.</param>
public readonly record struct Arrival(double AtMs, int Items = 0);
