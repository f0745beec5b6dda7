namespace MuLambda.Scaling;

/// <summary>What a policy decided.</summary>
/// <param name="Replicas">How many replicas there shall be, between the deployment's bounds.</param>
/// <param name="Reason">Why, in words that an administrator understands.</param>
/// <param name="Inputs">What it was based on, by name; names end with their unit.</param>
/// <param name="RevisitMs">When to ask again although nothing has happened, from now, in milliseconds; infinite for never.</param>
public sealed record ScalingTarget(
    int Replicas, string Reason, IReadOnlyDictionary<string, double> Inputs, double RevisitMs = double.PositiveInfinity);
