using System.Globalization;
using MuLambda.Cli.Terminal;
using MuLambda.Client;
using Spectre.Console;

namespace MuLambda.Cli.Inference;

/// <summary>The candidates of a selection as a table of at most <see cref="Width"/> columns, and below it the reason of each.</summary>
internal static class CandidatesTable
{
    /// <summary>What fits a terminal that is no wider.</summary>
    public const int Width = 100;

    private const string Chosen = "*";
    private const string Excluded = "-";
    private const int LongestName = 18;

    public static void Write(IAnsiConsole console, IReadOnlyList<CandidateReport> candidates)
    {
        console.WriteLine();
        var table = new Table().Border(TableBorder.None);
        string[] names = ["", "EXECUTOR"];
        string[] figures = ["RTT", "WAIT", "SERVICE", "TOTAL", "+-MS", "MARGINAL", "ACCURACY", "+-", "UTILITY", "FLYING"];
        foreach (var (i, name) in names.Concat(figures).Index())
        {
            var column = new TableColumn(new Text(name, new Style(decoration: Decoration.Bold))).NoWrap().PadLeft(0).PadRight(1);
            table.AddColumn(i < names.Length ? column : column.RightAligned());
        }

        foreach (var candidate in candidates)
        {
            var estimate = candidate.Estimate;
            table.AddTexts(
                candidate.Selected ? Chosen : candidate.ExcludedBy.Count > 0 ? Excluded : "",
                Short(candidate.Executor),
                Milliseconds(estimate.RttMs),
                Milliseconds(estimate.WaitMs),
                Milliseconds(estimate.ServiceMs),
                Milliseconds(estimate.LatencyMs),
                Milliseconds(candidate.LatencyDeviationMs),
                Milliseconds(candidate.MarginalMs),
                estimate.Accuracy.ToString("0.0000", CultureInfo.InvariantCulture),
                candidate.AccuracyDeviation.ToString("0.0000", CultureInfo.InvariantCulture),
                candidate.ExcludedBy.Count > 0 ? "" : candidate.Utility.ToString("0.0000", CultureInfo.InvariantCulture),
                candidate.InFlight.ToString(CultureInfo.InvariantCulture));
        }

        console.Write(table);
        console.WriteLine();
        foreach (var candidate in candidates)
        {
            console.Write(new Text($"{candidate.Executor} ({candidate.Model}): {candidate.Reason}\n"));
        }
    }

    /// <summary>Writes the models that would have to start first, a line each.</summary>
    public static void WriteCold(IAnsiConsole console, IReadOnlyList<ColdCandidateReport> cold)
    {
        foreach (var candidate in cold)
        {
            console.Write(new Text($"{candidate.Model} ({candidate.State}): {candidate.Reason}\n"));
        }
    }

    // Long enough to tell them apart; the reasons below have the whole names, and the models'.
    private static string Short(string name) => name.Length <= LongestName ? name : $"{name[..(LongestName - 1)]}…";

    private static string Milliseconds(double value) => value switch
    {
        < 100 => value.ToString("0.00", CultureInfo.InvariantCulture),
        < 1_000_000 => value.ToString("0", CultureInfo.InvariantCulture),
        _ => value.ToString("0.0e0", CultureInfo.InvariantCulture),
    };
}
