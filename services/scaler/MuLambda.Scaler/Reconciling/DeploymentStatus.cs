namespace MuLambda.Scaler.Reconciling;

/// <summary>A deployment as the scaler sees it.</summary>
/// <param name="Model">The deployment.</param>
/// <param name="Desired">The replicas decided on; null where this scaler does not decide on it.</param>
/// <param name="Ready">Those that serve.</param>
/// <param name="Starting">Those that do not yet.</param>
/// <param name="Draining">Those that finish what they have.</param>
/// <param name="Reason">Why so many are desired.</param>
/// <param name="IsDemandKnown">Whether every selector told lately; where not, nothing is scaled down.</param>
/// <param name="ColdStartMs">How long launches take, in milliseconds; 0 while nothing is known.</param>
/// <param name="Failures">The launches in a row that failed.</param>
/// <param name="Failure">Why the last one did; null where none did.</param>
internal sealed record DeploymentStatus(
    string Model, int? Desired, int Ready, int Starting, int Draining, string Reason, bool IsDemandKnown, double ColdStartMs, int Failures, string? Failure);
