using System.Globalization;
using MuLambda.Selection;

namespace MuLambda.Selector;

/// <summary>Says of each deployment that no executor is ready to serve why a request does, or does not, wait for it.</summary>
internal static class ColdReasons
{
    /// <summary>Puts the cold candidates of a decision into the API's terms.</summary>
    /// <param name="demand">What was asked for.</param>
    /// <param name="cold">The cold candidates; null is answered where there are none.</param>
    /// <param name="ready">The candidate that is ready and would be chosen; null for none.</param>
    public static IReadOnlyList<ColdCandidateBody>? Of(Demand demand, IReadOnlyList<ColdProspect> cold, Prospect? ready) =>
        cold.Count == 0 ? null : [.. cold.Select(prospect => ColdCandidateBody.Of(prospect, $"{StateOf(prospect)} {WhyOf(demand, prospect, cold, ready)}"))];

    private static string StateOf(ColdProspect prospect)
    {
        var candidate = prospect.Candidate;
        return candidate.IsLost
            ? Text($"Its executors failed a moment ago; another one takes about {prospect.Estimate.WaitMs:0} ms to start.")
            : candidate.IsStarting
            ? Text($"It is starting: ready in about {prospect.Estimate.WaitMs:0} ms.")
            : candidate.Failure is { } failure
                ? Text($"No executor is ready ({failure}).")
                : Text($"No executor is ready; a start takes about {candidate.ColdStartMs:0} ms.");
    }

    private static string WhyOf(Demand demand, ColdProspect prospect, IReadOnlyList<ColdProspect> cold, Prospect? ready)
    {
        if (prospect.ExcludedBy.Count > 0)
        {
            return $"Excluded: {string.Join("; ", prospect.ExcludedBy.Select(criterion => Excluded(demand, prospect, criterion, ready)))}.";
        }

        if (prospect.Selected)
        {
            return ready is null
                ? "Chosen: nothing that is ready meets the criteria, so the request waits for it."
                : Text($"Chosen: it is worth the wait, with utility {prospect.Utility:0.####}, beside {ready.Candidate.Executor.Id}.");
        }

        if (ready is not null)
        {
            return $"Not waited for: {ready.Candidate.Executor.Id} is ready, and the start is not worth its wait.";
        }

        return cold.FirstOrDefault(other => other.Selected) is { } chosen
            ? Text($"Not waited for: {chosen.Candidate.Model.Reference} is worth more, or may be ready sooner ({chosen.Utility:0.####} against {prospect.Utility:0.####}).")
            : "Not waited for.";
    }

    private static string Excluded(Demand demand, ColdProspect prospect, string criterion, Prospect? ready) => criterion switch
    {
        Criterion.MaxLatency => Text(
            $"estimated at {(ready is null ? prospect.Estimate.ServiceMs : prospect.Estimate.LatencyMs):0.##} ms{(ready is null ? " once it is ready" : " with its start")}, above maxLatencyMs {demand.Criteria.Bounds?.MaxLatencyMs}"),
        Criterion.MinAccuracy => Text($"accuracy {prospect.Candidate.Track.Accuracy.Current.Proven:0.####}, below minAccuracy {demand.Criteria.Bounds?.MinAccuracy}"),
        _ => criterion,
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
