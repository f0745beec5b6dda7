using MuLambda.Catalog;

namespace MuLambda.Registry.Deployments;

/// <summary>What the scaling policies say of a deployment's policy and its options.</summary>
internal static class DeploymentPolicies
{
    private static readonly string[] Names = ["slo", "concurrency", "hpa", "reactive-latency", "fixed"];

    /// <summary>What is wrong.</summary>
    public static IEnumerable<ValidationError> Validate(Deployment deployment) => Names.Contains(deployment.Policy, StringComparer.Ordinal)
        ? []
        : [new ValidationError("policy", $"must be one of {string.Join(", ", Names)}.")];
}
