using MuLambda.Selection;

namespace MuLambda.Selector;

/// <summary>Selects, and says in a span and in problems how that went.</summary>
internal sealed class Selecting(CatalogFollower catalog, ModelSelector selector, RequestLog requests)
{
    public string Policy => selector.Policy.Name;

    public SelectionSnapshot Snapshot => catalog.Snapshot ?? throw RequestException.NoCatalog();

    public static Demand DemandOf(SelectionSnapshot snapshot, string client) =>
        snapshot.TryGetDemand(client, out var demand) ? demand : throw RequestException.UnknownClient(client);

    /// <summary>
    /// Assigns the request; null when no candidate is left beside <paramref name="without"/>. One that takes longer than
    /// <paramref name="withinMs"/> is the last resort.
    /// </summary>
    public Assignment? TrySelect(
        Demand demand, int items, IReadOnlyList<string>? without, double withinMs = double.PositiveInfinity)
    {
        requests.ReleaseDue();
        using var activity = SelectorTelemetry.StartSelect(demand.Client, items);
        var assignment = selector.Select(demand, items, without, withinMs);
        SelectorTelemetry.Selected(activity, assignment?.Decision);
        return assignment;
    }

    /// <summary>The problem of a request that no candidate meets.</summary>
    public RequestException NoCandidate(
        SelectionSnapshot snapshot, Demand demand, int items, IReadOnlyList<CandidateBody>? candidates = null)
    {
        var exclusion = selector.Explain(snapshot, demand, items);
        return new RequestException(
            StatusCodes.Status404NotFound, "No candidate meets the criteria.", exclusion.Detail) { Excluded = exclusion.Criteria, Candidates = candidates };
    }

    public IReadOnlyList<Prospect> Survey(Demand demand, int items)
    {
        requests.ReleaseDue();
        return selector.Survey(demand, items);
    }
}
