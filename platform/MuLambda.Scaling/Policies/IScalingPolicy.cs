namespace MuLambda.Scaling;

/// <summary>Decides how many replicas a deployment has. A pure function: state that outlives a decision is in <see cref="ScalingSnapshot.History"/>.</summary>
public interface IScalingPolicy
{
    /// <summary>Its name, as deployments state it.</summary>
    string Name { get; }

    /// <summary>Decides.</summary>
    /// <param name="snapshot">What is known now.</param>
    /// <returns>The replicas there shall be, within the bounds, and why.</returns>
    ScalingTarget Decide(ScalingSnapshot snapshot);
}
