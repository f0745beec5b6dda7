namespace MuLambda.Catalog;

/// <summary>How an executor came to be that the platform launched.</summary>
/// <param name="Deployments">The deployments that it is a replica of; several small models may share one executor.</param>
/// <param name="RequestedAt">When its launch was decided, by the scaler's clock.</param>
/// <param name="Steps">The steps reached so far, in their order.</param>
/// <param name="Attempt">Which attempt in a row it is, from 1; above 1 those before failed.</param>
public sealed record ExecutorLaunch(
    IReadOnlyList<string> Deployments,
    DateTimeOffset RequestedAt,
    IReadOnlyList<LaunchStep> Steps,
    int Attempt = 1);
