using System.Globalization;
using MuLambda.Catalog;

namespace MuLambda.Selection;

/// <summary>Puts into words why no candidate is left.</summary>
internal static class ExclusionText
{
    private const int MostNamed = 5;

    /// <summary>The first of task, input and output that no model meets; null when some model meets all.</summary>
    public static Exclusion? OfTraits(SelectionSnapshot snapshot, Traits required)
    {
        var models = snapshot.Models.Values.ToList();
        if (models.Count == 0)
        {
            return new Exclusion([Criterion.Task], "There is no model in the catalog.");
        }

        return First(ref models, m => m.Task, required.Task, Criterion.Task, "")
            ?? First(ref models, m => m.Input, required.Input, Criterion.Input, $" for the task '{required.Task}'")
            ?? First(ref models, m => m.Output, required.Output, Criterion.Output,
                $" for the task '{required.Task}' and the input '{required.Input}'");
    }

    /// <summary>Some model has the traits, but nothing serves it.</summary>
    public static string NoExecutor(SelectionSnapshot snapshot, Traits required) =>
        $"No executor serves a model of these traits ({List(snapshot.Models.Values
            .Where(m => m.Traits == required).Select(m => m.Reference.ToString()))}).";

    /// <summary>There are candidates, and each is excluded by its state or by bounds.</summary>
    public static Exclusion OfCandidates(Demand demand, IReadOnlyList<Prospect> rejected, double nowMs)
    {
        var last = rejected.Where(p => !p.ExcludedBy.Contains(Criterion.State)).ToList();
        if (last.Count == 0)
        {
            return new Exclusion(
                [Criterion.State],
                rejected.Count == 0
                    ? "A candidate became available just now; every other one was already tried."
                    : $"No executor is available: {List(rejected.Select(p => StateOf(p.Candidate, nowMs)).Distinct())}.");
        }

        var parts = new List<string>();
        var criteria = new List<string>();
        var slow = last.Where(p => p.ExcludedBy.Contains(Criterion.MaxLatency)).ToList();
        if (slow.Count > 0)
        {
            var nearest = slow.MinBy(p => p.State.Estimate.LatencyMs)!;
            criteria.Add(Criterion.MaxLatency);
            parts.Add(Text(
                $"maxLatencyMs {demand.Criteria.Bounds?.MaxLatencyMs} excludes {slow.Count} of {last.Count} (the fastest of them, {nearest.Candidate.Executor.Id}, is estimated at {nearest.State.Estimate.LatencyMs:0.###} ms)"));
        }

        var poor = last.Where(p => p.ExcludedBy.Contains(Criterion.MinAccuracy)).ToList();
        if (poor.Count > 0)
        {
            var nearest = poor.MaxBy(p => p.State.Estimate.Accuracy)!;
            criteria.Add(Criterion.MinAccuracy);
            parts.Add(Text(
                $"minAccuracy {demand.Criteria.Bounds?.MinAccuracy} excludes {poor.Count} of {last.Count} (the best of them, {nearest.Candidate.Model.Reference}, has {nearest.State.Estimate.Accuracy:0.####})"));
        }

        return new Exclusion(criteria, $"No candidate is within the bounds: {string.Join("; ", parts)}.");
    }

    private static Exclusion? First(
        ref List<Model> models, Func<Model, string> trait, string wanted, string criterion, string among)
    {
        var left = models.Where(m => trait(m) == wanted).ToList();
        if (left.Count == 0)
        {
            var offered = List(models.Select(trait).Distinct().Order(StringComparer.Ordinal));
            return new Exclusion(
                [criterion], $"No model{among} has the {criterion} '{wanted}'; there is {offered}.");
        }

        models = left;
        return null;
    }

    private static string StateOf(Candidate candidate, double nowMs)
    {
        var executor = candidate.Executor;
        if (executor.State != ExecutorState.Ready)
        {
            var reason = string.IsNullOrWhiteSpace(executor.Reason) ? "" : $" ({executor.Reason})";
            return $"{executor.Id} is {executor.State.ToString().ToLowerInvariant()}{reason}";
        }

        var leftMs = candidate.ExecutorTrack.Circuit.OpenUntilMs - nowMs;
        return leftMs > 0
            ? Text($"{executor.Id} is left out for {leftMs / 1000:0.#} s after a failure")
            : $"{executor.Id} is on trial after a failure";
    }

    private static string List(IEnumerable<string> values)
    {
        var all = values.ToList();
        return all.Count <= MostNamed
            ? string.Join(", ", all)
            : $"{string.Join(", ", all.Take(MostNamed))} and {all.Count - MostNamed} more";
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
