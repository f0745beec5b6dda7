namespace MuLambda.Simulation.Paper;

/// <summary>A goal in one place.</summary>
/// <param name="Cell">The cell; null where it is about all of them together.</param>
/// <param name="Subject">What was compared, such as <c>above weighted</c>.</param>
/// <param name="Value">What it came to.</param>
/// <param name="Limit">What it may be.</param>
/// <param name="AtLeast">Whether the limit is the least that it may be; otherwise the most.</param>
/// <param name="Strict">Whether the limit itself is not enough.</param>
/// <param name="Bound">The best that any policy could come to; null where none is known.</param>
public sealed record GoalCheck(
    PaperCell? Cell, string Subject, double Value, double Limit, bool AtLeast, bool Strict = false, double? Bound = null)
{
    /// <summary>How far it is on the right side of the limit; negative on the wrong one.</summary>
    public double Margin => AtLeast ? Value - Limit : Limit - Value;

    /// <summary>Whether it holds.</summary>
    public bool Holds => Strict ? Margin > 0 : Margin >= 0;

    /// <summary>Whether no policy could hold it.</summary>
    public bool IsImpossible => !Holds && Bound is { } best && !(this with { Value = best }).Holds;
}
