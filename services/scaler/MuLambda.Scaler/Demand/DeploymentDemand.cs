using MuLambda.Scaling;

namespace MuLambda.Scaler.Demand;

/// <summary>What the selectors know of a deployment.</summary>
/// <param name="Sample">What happened since the last time.</param>
/// <param name="TargetMs">The shortest objective among its clients, in milliseconds; null where none has one.</param>
/// <param name="Probability">The largest share of requests that has to be within it; null where none has one.</param>
/// <param name="Service">What batches take, by the selector that saw most; null while nothing is known.</param>
internal sealed record DeploymentDemand(DemandSample Sample, double? TargetMs, double? Probability, ServiceCurve? Service);
