namespace MuLambda.Cli.Experiments;

/// <summary>What <c>--json</c> says of an experiment.</summary>
/// <param name="Cells">How many cells there are.</param>
/// <param name="Requests">How many requests they rest on.</param>
/// <param name="Averages">The policies over all cells.</param>
/// <param name="Goals">The goals that could be checked.</param>
/// <param name="Files">What was written.</param>
internal sealed record PaperOutcome(
    int Cells, long Requests, IReadOnlyList<PolicyAverage> Averages, IReadOnlyList<PaperOutcome.GoalOutcome> Goals, IReadOnlyList<string> Files)
{
    public static PaperOutcome Of(PaperResults results, IReadOnlyList<string> files) => new(
        results.Cells.Count,
        results.Cells.Sum(cell => cell.Policies.Sum(policy => policy.Requests)),
        results.Averages,
        [.. results.Goals.Concat(results.DynamicsGoals).Select(goal => new GoalOutcome(goal.Id, goal.Title, goal.Held, goal.Checks.Count))],
        files);

    /// <summary>A goal.</summary>
    /// <param name="Id">Its short name.</param>
    /// <param name="Title">What is to hold.</param>
    /// <param name="Held">In how many places it holds.</param>
    /// <param name="Checked">Of how many.</param>
    internal sealed record GoalOutcome(string Id, string Title, int Held, int Checked);
}
