namespace MuLambda.Simulation.Scaling;

/// <summary>A trace with a model, under every policy.</summary>
/// <param name="Trace">The trace.</param>
/// <param name="Model">The model; null for a trace of all models together.</param>
/// <param name="Policies">What came of it, by policy.</param>
public sealed record ScalingCell(ScalingTrace Trace, ScaledModel? Model, IReadOnlyList<PolicyRuns> Policies)
{
    /// <summary>What came of the tuned policy, by the targets of <see cref="HandTuning"/>; empty where none was tried.</summary>
    public IReadOnlyList<PolicyRuns> Tuning { get; init; } = [];

    /// <summary>What reports call it.</summary>
    public string Name => Model is null ? Trace.Name : $"{Trace.Name}, {Model.Name}";

    /// <summary>The runs of a policy; null where it was not run.</summary>
    /// <param name="policy">The policy's name.</param>
    public PolicyRuns? Of(string policy) => Policies.FirstOrDefault(runs => runs.Policy == policy);
}
