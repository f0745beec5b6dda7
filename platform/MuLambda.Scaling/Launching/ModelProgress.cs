using MuLambda.Catalog;

namespace MuLambda.Scaling;

/// <summary>How far a model is in an executor.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Version">The version; null while it is not known.</param>
/// <param name="Phase">The step that began; where it failed, the last one.</param>
/// <param name="At">When it began.</param>
/// <param name="Error">Why it failed; null where it did not.</param>
public sealed record ModelProgress(string Model, long? Version, LaunchPhase Phase, DateTimeOffset At, string? Error = null);
