namespace MuLambda.Catalog;

/// <summary>A step of a launch that was reached.</summary>
/// <param name="Phase">The step.</param>
/// <param name="AtMs">When it began, in milliseconds after the launch was decided.</param>
public sealed record LaunchStep(LaunchPhase Phase, double AtMs);
