using System.Globalization;

namespace MuLambda.Simulation.Scaling;

/// <summary>What <c>slo</c> is to reach: its clients' objectives, for less than what the usual policies take, without flapping.</summary>
public static class ScalingAims
{
    /// <summary>The policy that is to reach it.</summary>
    public const string Challenger = "slo";

    /// <summary>The share of requests that is to be answered within the objective.</summary>
    public const double Target = 0.99;

    /// <summary>The part of a policy's replica-seconds that is to be saved.</summary>
    public const double Saving = 0.2;

    private const string Spike = "spike";
    private static readonly string[] Compared = ["concurrency", "hpa"];

    /// <summary>Checks the aims that can be checked.</summary>
    /// <param name="cells">The cells.</param>
    /// <returns>The aims; none where the challenger was not run.</returns>
    public static IReadOnlyList<ScalingAim> Check(IReadOnlyList<ScalingCell> cells)
    {
        ArgumentNullException.ThrowIfNull(cells);
        ScalingCell[] own = [.. cells.Where(cell => cell.Of(Challenger) is not null)];
        if (own.Length == 0)
        {
            return [];
        }

        return
        [
            OfCells(
                Text($"{Challenger} meets {Target:P0} wherever any policy does"),
                own.Where(cell => cell.Policies.Any(policy => policy.Attainment >= Target)),
                cell => cell.Of(Challenger)!.Attainment >= Target,
                cell => cell.Of(Challenger)!.Attainment,
                cell => Text($"{Least(cell).Attainment:P2} by {Least(cell).Policy}")),
            OfCells(
                Text($"on the spike at most {1 - Target:P0} of the requests are beyond their objective"),
                own.Where(cell => cell.Trace.Name == Spike),
                cell => cell.Of(Challenger)!.Attainment >= Target,
                cell => cell.Of(Challenger)!.Attainment,
                _ => "the spike"),
            .. Compared.Where(other => own.All(cell => cell.Of(other) is not null)).Select(other => Against(other, own)),
            Flapping(own),
            .. Tuned("the target tuned by hand for each trace and model", own, HandTuning.Best),
            .. Tuned("one target tuned by hand for each model over its traces", own, cell => HandTuning.BestOfModel(cell, own)),
        ];

        // The policy that needs the fewest replicas of those that meet the target.
        PolicyRuns Least(ScalingCell cell) => cell.Policies.Where(policy => policy.Attainment >= Target).MinBy(policy => policy.ReplicaSeconds)!;
    }

    /// <summary>The part of another policy's replica-seconds that the challenger saves: in the mean over the traces, and in each of them over its models.</summary>
    /// <param name="other">The other policy.</param>
    /// <param name="cells">The cells; those without either are left out.</param>
    /// <returns>The saving; NaN where there is no such cell.</returns>
    public static double SavingOver(string other, IEnumerable<ScalingCell> cells)
    {
        var savings = cells
            .Where(cell => cell.Of(Challenger) is not null && cell.Of(other) is not null)
            .GroupBy(cell => cell.Trace.Name)
            .Select(trace => trace.Average(cell => 1 - (cell.Of(Challenger)!.ReplicaSeconds / cell.Of(other)!.ReplicaSeconds)))
            .ToArray();
        return savings.Length == 0 ? double.NaN : savings.Average();
    }

    private static ScalingAim Against(string other, ScalingCell[] cells)
    {
        var saving = SavingOver(other, cells);
        var (own, others) = (Attainment(Challenger, cells), Attainment(other, cells));
        ScalingCell[] met = [.. cells.Where(cell => cell.Of(other)!.Attainment >= Target)];
        var found = Text($"{Fewer(saving)}, at {own:P2} against {others:P2}");
        if (met.Length < cells.Length)
        {
            found += met.Length == 0
                ? Text($"; {other} itself meets {Target:P0} nowhere")
                : Text($"; {Fewer(SavingOver(other, met))} where {other} itself meets {Target:P0} ({met.Length} of {cells.Length})");
        }

        var isReached = saving >= Saving && own >= others;
        return new ScalingAim(
            Text($"at equal or better attainment at least {Saving:P0} fewer replica-seconds than {other}, averaged over the traces"),
            isReached ? 1 : 0, 1, found,
            [.. cells.GroupBy(cell => cell.Trace.Name).Where(trace => SavingOver(other, trace) < Saving || Attainment(Challenger, trace) < Attainment(other, trace)).Select(trace =>
                Text($"{trace.Key}: {Fewer(SavingOver(other, trace))}, at {Attainment(Challenger, trace):P2} against {Attainment(other, trace):P2}"))]);
    }

    // What is held against a policy that somebody tuned with what happened in mind is told, and no aim.
    private static IEnumerable<ScalingAim> Tuned(string title, ScalingCell[] cells, Func<ScalingCell, PolicyRuns?> tunedOf)
    {
        if (cells.Any(cell => tunedOf(cell) is null))
        {
            yield break;
        }

        const string Other = "tuned";
        ScalingCell[] against = [.. cells.Select(cell => cell with { Policies = [cell.Of(Challenger)!, tunedOf(cell)! with { Policy = Other }] })];
        ScalingCell[] met = [.. against.Where(cell => cell.Of(Other)!.Attainment >= Target)];
        var own = against.Count(cell => cell.Of(Challenger)!.Attainment >= Target);
        var found = Text($"{Fewer(SavingOver(Other, against))}, at {Attainment(Challenger, against):P2} against {Attainment(Other, against):P2}; {Target:P0} is met in {own} of {cells.Length} against {met.Length}");
        if (met.Length > 0 && met.Length < cells.Length)
        {
            found += Text($", {Fewer(SavingOver(Other, met))} in these {met.Length}");
        }

        yield return new ScalingAim(
            Text($"replica-seconds of {Challenger} against {HandTuning.Policy} with {title}"),
            against.Count(cell => cell.Of(Challenger)!.ReplicaSeconds <= cell.Of(Other)!.ReplicaSeconds), cells.Length, found, [])
        {
            IsInformation = true,
        };
    }

    private static ScalingAim Flapping(ScalingCell[] cells)
    {
        var (runs, held) = (cells.Sum(cell => cell.Of(Challenger)!.Runs.Count), cells.Sum(cell => cell.Of(Challenger)!.Runs.Count(run => run.MostChangesInWindow <= 1)));
        return new ScalingAim(
            "no flapping: at most one change of direction within a stabilisation window",
            held, runs, Text($"at most {cells.Max(cell => cell.Of(Challenger)!.MostChangesInWindow)} in a window"),
            [.. cells.Where(cell => cell.Of(Challenger)!.MostChangesInWindow > 1).Select(cell => Text($"{cell.Name}: {cell.Of(Challenger)!.MostChangesInWindow}"))]);
    }

    private static ScalingAim OfCells(
        string title, IEnumerable<ScalingCell> cells, Func<ScalingCell, bool> holds, Func<ScalingCell, double> value, Func<ScalingCell, string> against)
    {
        var all = cells.ToArray();
        var narrowest = all.MinBy(value);
        return new ScalingAim(
            title, all.Count(holds), all.Length,
            narrowest is null ? "not checked" : Text($"at least {value(narrowest):P2} ({narrowest.Name})"),
            [.. all.Where(cell => !holds(cell)).Select(cell => Text($"{cell.Name}: {value(cell):P2}, {against(cell)}"))]);
    }

    private static double Attainment(string policy, IEnumerable<ScalingCell> cells) =>
        cells.GroupBy(cell => cell.Trace.Name).Average(trace => trace.Average(cell => cell.Of(policy)!.Attainment));

    private static string Fewer(double share) => Text($"{Math.Abs(share):P1} {(share >= 0 ? "fewer" : "more")}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
