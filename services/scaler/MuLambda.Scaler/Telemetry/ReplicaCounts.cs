namespace MuLambda.Scaler.Telemetry;

/// <summary>The replicas of a deployment.</summary>
/// <param name="Deployment">The deployment.</param>
/// <param name="Desired">Those decided on.</param>
/// <param name="Ready">Those that serve.</param>
/// <param name="Starting">Those that do not yet.</param>
internal sealed record ReplicaCounts(string Deployment, int Desired, int Ready, int Starting);
