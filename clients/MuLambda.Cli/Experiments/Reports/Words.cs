using System.Globalization;
using MuLambda.Simulation.Paper;

namespace MuLambda.Cli.Experiments;

/// <summary>Numbers and names as reports write them, whatever the machine's language.</summary>
internal static class Words
{
    /// <summary>Text with numbers as in a program.</summary>
    public static string Of(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>A time that fits into a few characters.</summary>
    public static string Milliseconds(double ms) => ms switch
    {
        < 10 => Of($"{ms:0.0} ms"),
        < 10_000 => Of($"{ms:0} ms"),
        _ => Of($"{ms / 1000:0.0} s"),
    };

    /// <summary>A share in per cent, with its sign.</summary>
    public static string Percent(double share) => Of($"{100 * share:+0.0;-0.0;0.0} %");

    /// <summary>The best that a check could come to with any policy.</summary>
    public static string AtBest(Goal goal, GoalCheck check) => check.Bound is not { } bound ? ""
        : $"{Value(goal, check with { Value = bound }).Split(' ')[0]} %{(check.IsImpossible ? ", impossible" : "")}";

    /// <summary>What a check came to and what it was held against, in the measure of its goal.</summary>
    public static string Value(Goal goal, GoalCheck check) => goal.Id switch
    {
        "average" => Of($"{100 * check.Value:+0.0;-0.0} % (at least {100 * check.Limit:0} %)"),
        "utility" => Of($"{check.Value:+0.0000;-0.0000} (at least {check.Limit:0.00})"),
        "weights" => Of($"{check.Value:+0.000;-0.000} (at least {check.Limit:0.00})"),
        "slowed" when !double.IsFinite(check.Value) => "never",
        "slowed" or "killed" => Of($"{check.Value:0} (at most {check.Limit:0})"),
        "recovered" => double.IsFinite(check.Value) ? Of($"{check.Value / 1000:0.0} s (at most {check.Limit / 1000:0} s)") : "never",
        _ => Of($"{100 * check.Value:0.0} % ({(check.Strict ? "below" : check.AtLeast ? "at least" : "at most")} {100 * check.Limit:0} %)"),
    };
}
