using MuLambda.Scaler.Demand;

namespace MuLambda.Scaler.Deciding;

/// <summary>What is known of a deployment when it is decided on.</summary>
/// <param name="Now">The time.</param>
/// <param name="Demand">What the selectors tell.</param>
/// <param name="IsDemandKnown">Whether all of them told lately.</param>
/// <param name="Ready">Replicas that serve.</param>
/// <param name="Starting">Replicas that do not serve yet.</param>
/// <param name="ColdStartMs">How long launches take, in milliseconds; 0 while nothing is known.</param>
/// <param name="BurnRate">The fastest burn rate among its clients' alerts that fire; null where none does.</param>
internal sealed record DeploymentFacts(
    DateTimeOffset Now, DeploymentDemand Demand, bool IsDemandKnown, int Ready, int Starting, double ColdStartMs = 0, double? BurnRate = null);
