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

    /// <summary>The rows of a cell: the policies, and the tuned one with the targets that it has there.</summary>
    public static IEnumerable<IReadOnlyList<string>> Rows(ScalingResults results, ScalingCell cell)
    {
        foreach (var policy in cell.Policies)
        {
            yield return Row(policy);
        }

        if (HandTuning.Best(cell) is { } best && HandTuning.BestOfModel(cell, results.Cells) is { } ofModel)
        {
            yield return Row(best with { Policy = Words.Of($"{HandTuning.ByCell} ({TargetOf(best)})") });
            yield return Row(ofModel with { Policy = Words.Of($"{HandTuning.ByModel} ({TargetOf(ofModel)})") });
        }

        static string TargetOf(PolicyRuns runs) => HandTuning.TargetOf(runs.Policy) is { } target ? Words.Of($"{target}") : "the default";
    }

    /// <summary>The policies over all traces: means over the traces, in each of them over the models.</summary>
    public static IEnumerable<IReadOnlyList<string>> Averages(ScalingResults results)
    {
        foreach (var policy in results.Plan.Policies)
        {
            yield return Average(results, policy, cell => cell.Of(policy)!);
        }

        if (results.Cells.Count > 0 && results.Cells.All(cell => cell.Tuning.Count > 0))
        {
            yield return Average(results, HandTuning.ByCell, cell => HandTuning.Best(cell)!);
            yield return Average(results, HandTuning.ByModel, cell => HandTuning.BestOfModel(cell, results.Cells)!);
        }
    }

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
            aims.AddTexts(aim.IsInformation ? "-" : aim.IsReached ? "✓" : "✗", aim.Title, Words.Of($"{aim.Held} of {aim.Checked}"), aim.Found);
        }

        console.Write(aims);
        console.WriteLine();
    }

    private static IReadOnlyList<string> Average(ScalingResults results, string name, Func<ScalingCell, PolicyRuns> of) =>
    [
        name,
        Words.Of($"{100 * Mean(results, cell => of(cell).Attainment):0.00} %"),
        Words.Of($"{results.Cells.Count(cell => of(cell).Attainment >= ScalingAims.Target)} of {results.Cells.Count}"),
        results.Plan.Policies.Contains(ScalingPolicySet.Fixed)
            ? Words.Of($"{100 * Mean(results, cell => of(cell).ReplicaSeconds / cell.Of(ScalingPolicySet.Fixed)!.ReplicaSeconds):0.0} %")
            : "-",
        Words.Of($"{Mean(results, cell => of(cell).WaitedCold):0.#}"),
        Words.Of($"{Mean(results, cell => of(cell).Actions):0.#}"),
        Words.Of($"{Mean(results, cell => of(cell).DirectionChanges):0.#}"),
    ];

    private static double Mean(ScalingResults results, Func<ScalingCell, double> value) =>
        results.Cells.GroupBy(cell => cell.Trace.Name).Average(trace => trace.Average(value));

    private static string Milliseconds(double ms) => double.IsNaN(ms) ? "-" : Words.Milliseconds(ms);
}
