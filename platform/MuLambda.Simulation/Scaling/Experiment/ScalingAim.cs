namespace MuLambda.Simulation.Scaling;

/// <summary>What the default policy is to reach, and whether it does.</summary>
/// <param name="Title">What is to hold.</param>
/// <param name="Held">In how many places it holds.</param>
/// <param name="Checked">Of how many.</param>
/// <param name="Found">The figures it is decided by.</param>
/// <param name="Misses">Where it does not hold, each with its figures.</param>
public sealed record ScalingAim(string Title, int Held, int Checked, string Found, IReadOnlyList<string> Misses)
{
    /// <summary>Whether it is no aim but only told.</summary>
    public bool IsInformation { get; init; }

    /// <summary>Whether it is reached.</summary>
    public bool IsReached => Checked > 0 && Held == Checked;
}
