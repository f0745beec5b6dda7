using MuLambda.Cli.Terminal;
using MuLambda.Simulation.Scaling;
using Spectre.Console;

namespace MuLambda.Cli.Experiments.Scaling;

/// <summary>The results as rows of text, and on a terminal.</summary>
internal static class ScalingTables
{
    /// <summary>The headings of <see cref="Row"/>.</summary>
    public static IReadOnlyList<string> Columns { get; } =
        ["policy", "within the SLO", "replica-seconds", "waited cold", "actions", "turns", "p50", "p99", "refused", "lost"];

    /// <summary>The headings of <see cref="Averages"/>.</summary>
    public static IReadOnlyList<string> AverageColumns { get; } =
        ["policy", "within the SLO", "cells that meet it", "replica-seconds relative to fixed", "waited cold", "actions", "turns"];

    /// <summary>The figures of a policy, with units.</summary>
    public static IReadOnlyList<string> Row(PolicyRuns policy) =>
    [
        policy.Policy,
        Words.Of($"{100 * policy.Attainment:0.00} %"),
        Words.Of($"{policy.ReplicaSeconds:0}"),
        Words.Of($"{policy.WaitedCold:0.#}"),
        Words.Of($"{policy.Actions:0.#}"),
        Words.Of($"{policy.DirectionChanges:0.#}"),
        Milliseconds(policy.P50Ms),
        Milliseconds(policy.P99Ms),
        Words.Of($"{policy.Refused:0.#}"),
        Words.Of($"{policy.Lost:0.#}"),
    ];

    /// <summary>The policies over all traces: means over the traces, in each of them over the models.</summary>
    public static IEnumerable<IReadOnlyList<string>> Averages(ScalingResults results) => results.Plan.Policies.Select(policy => (IReadOnlyList<string>)
    [
        policy,
        Words.Of($"{100 * Mean(results, cell => cell.Of(policy)!.Attainment):0.00} %"),
        Words.Of($"{results.Cells.Count(cell => cell.Of(policy)!.Attainment >= ScalingAims.Target)} of {results.Cells.Count}"),
        results.Plan.Policies.Contains(ScalingPolicySet.Fixed)
            ? Words.Of($"{100 * Mean(results, cell => cell.Of(policy)!.ReplicaSeconds / cell.Of(ScalingPolicySet.Fixed)!.ReplicaSeconds):0.0} %")
            : "-",
        Words.Of($"{Mean(results, cell => cell.Of(policy)!.WaitedCold):0.#}"),
        Words.Of($"{Mean(results, cell => cell.Of(policy)!.Actions):0.#}"),
        Words.Of($"{Mean(results, cell => cell.Of(policy)!.DirectionChanges):0.#}"),
    ]);

    public static void Write(IAnsiConsole console, ScalingResults results)
    {
        var averages = Output.Table([.. AverageColumns.Select(column => column.ToUpperInvariant())]);
        foreach (var row in Averages(results))
        {
            averages.AddTexts([.. row]);
        }

        console.Write(averages);
        console.WriteLine();
        if (results.Aims.Count == 0)
        {
            return;
        }

        var aims = Output.Table("", "AIM", "HOLDS", "FOUND");
        foreach (var aim in results.Aims)
        {
            aims.AddTexts(aim.IsReached ? "✓" : "✗", aim.Title, Words.Of($"{aim.Held} of {aim.Checked}"), aim.Found);
        }

        console.Write(aims);
        console.WriteLine();
    }

    private static double Mean(ScalingResults results, Func<ScalingCell, double> value) =>
        results.Cells.GroupBy(cell => cell.Trace.Name).Average(trace => trace.Average(value));

    private static string Milliseconds(double ms) => double.IsNaN(ms) ? "-" : Words.Milliseconds(ms);
}
