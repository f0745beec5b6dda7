using MuLambda.Simulation.Paper;

namespace MuLambda.Cli.Experiments;

/// <summary>What happened when things changed, in Markdown.</summary>
internal static class DynamicsMarkdown
{
    /// <summary>What was done.</summary>
    public static IReadOnlyList<string> Introduction { get; } =
    [
        $"With {string.Join(", ", PaperDynamics.Streams)} streams. The busiest executor of a cell that counts latency is slow, or gone, from 20 to 40 s of a minute. "
        + "Its traffic is lost with the request after which it gets a quarter of its usual share or less; it is back when it has three quarters of it again.",
    ];

    /// <summary>The columns of <see cref="Rows"/>.</summary>
    public static IReadOnlyList<string> Columns { get; } =
        ["policy", "requests until lost", "back after", "failed when gone", "first request after a change of weights", "lost with three selectors"];

    /// <summary>A row a policy: the median over the cells, and the worst in brackets.</summary>
    public static IEnumerable<IEnumerable<string>> Rows(PaperDynamics dynamics) => dynamics.Shared.Select(shared => shared.Policy).Distinct().Select(policy =>
    {
        Slowdown[] slowdowns = [.. dynamics.Slowdowns.Where(run => run.Policy == policy)];
        return (IEnumerable<string>)
        [
            policy,
            Of(slowdowns, run => run.RequestsUntilLost ?? double.PositiveInfinity, value => double.IsFinite(value) ? Words.Of($"{value:0}") : "never"),
            Of(slowdowns, run => run.BackAfterMs ?? double.PositiveInfinity, ms => double.IsFinite(ms) ? Words.Of($"{ms / 1000:0.0} s") : "never"),
            Of(dynamics.Kills.Where(run => run.Policy == policy), run => run.Failed, value => Words.Of($"{value:0}")),
            Of(dynamics.WeightChanges.Where(run => run.Policy == policy), run => run.LaterUtility - run.FirstUtility, value => Words.Of($"{0 - value:+0.000;-0.000;0.000}")),
            Of(dynamics.Shared.Where(run => run.Policy == policy), run => run.Loss, Words.Percent),
        ];
    });

    public static IEnumerable<string> Lines(PaperDynamics dynamics, IReadOnlyList<Goal> goals) =>
    [
        "## Dynamics",
        "",
        .. Introduction,
        "",
        .. goals.Count > 0 ? GoalLines.Of(goals) : [],
        "In the median over the cells (the worst in brackets):",
        "",
        MarkdownTable.Row(Columns),
        MarkdownTable.Rule(Columns.Count),
        .. Rows(dynamics).Select(MarkdownTable.Row),
        "",
    ];

    private static string Of<T>(IEnumerable<T> runs, Func<T, double> figure, Func<double, string> text)
    {
        var figures = runs.Select(figure).Order().ToArray();
        return figures.Length == 0 ? "" : $"{text(figures[(figures.Length - 1) / 2])} ({text(figures[^1])})";
    }
}
