namespace MuLambda.Simulation.Scaling;

/// <summary>How requests come, for one deployment or several.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it is, in a sentence.</param>
/// <param name="DurationMs">How long it is, in milliseconds.</param>
/// <param name="WarmUpMs">The beginning that is not counted, in milliseconds.</param>
/// <param name="Loads">The requests of a seed: of one deployment of the given model, or of several of all models where there is none.</param>
/// <param name="IsMixed">Whether it is of all models together.</param>
public sealed record ScalingTrace(
    string Name, string Description, double DurationMs, double WarmUpMs, Func<ScaledModel?, long, IReadOnlyList<ScaledLoad>> Loads, bool IsMixed = false)
{
    private static readonly IReadOnlyList<ScaledModel?> Together = [null];

    /// <summary>The most replicas of all deployments together.</summary>
    public int Capacity { get; init; } = int.MaxValue;

    /// <summary>The models it is run with, one after the other; a single null for all together.</summary>
    public IReadOnlyList<ScaledModel?> Models => IsMixed ? Together : ScaledModels.All;

    /// <summary>What is simulated.</summary>
    /// <param name="model">One of <see cref="Models"/>.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="policyOf">The policy of each deployment.</param>
    public ScalingScenario ToScenario(ScaledModel? model, long seed, Func<ScaledLoad, MuLambda.Scaling.IScalingPolicy> policyOf) => new(
        [.. Loads(model, seed).Select(load => new ScaledDeployment(load.Name, load.Model, load.Arrivals, policyOf(load)))], DurationMs)
    {
        WarmUpMs = WarmUpMs,
        Capacity = Capacity,
    };
}
