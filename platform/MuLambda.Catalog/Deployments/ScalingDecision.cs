namespace MuLambda.Catalog;

/// <summary>A decision on a deployment's replicas that changed something, with its reason and what it was based on.</summary>
/// <param name="Model">The deployment.</param>
/// <param name="Sequence">Counts the deployment's decisions from 1; the registry says it.</param>
/// <param name="At">When it was taken, by the scaler's clock.</param>
/// <param name="Ready">The replicas that were ready.</param>
/// <param name="Starting">The replicas that were starting.</param>
/// <param name="Desired">The replicas decided on.</param>
/// <param name="Policy">The policy that decided.</param>
/// <param name="Reason">Why, in words.</param>
/// <param name="Inputs">What it was based on, by name; names end with their unit.</param>
public sealed record ScalingDecision(
    string Model,
    long Sequence,
    DateTimeOffset At,
    int Ready,
    int Starting,
    int Desired,
    string Policy,
    string Reason,
    IReadOnlyDictionary<string, double> Inputs);
