namespace MuLambda.Simulation.Paper;

/// <summary>A goal, and where it holds.</summary>
/// <param name="Id">A short name.</param>
/// <param name="Title">What is to hold.</param>
/// <param name="Checks">Where it was checked, each once.</param>
public sealed record Goal(string Id, string Title, IReadOnlyList<GoalCheck> Checks)
{
    /// <summary>How many checks hold.</summary>
    public int Held => Checks.Count(check => check.Holds);

    /// <summary>How many of the others no policy could hold.</summary>
    public int Impossible => Checks.Count(check => check.IsImpossible);

    /// <summary>Whether it was checked at all, and holds everywhere.</summary>
    public bool Holds => Checks.Count > 0 && Held == Checks.Count;
}
