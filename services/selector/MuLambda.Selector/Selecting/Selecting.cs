using MuLambda.Catalog;
using MuLambda.Selection;

namespace MuLambda.Selector;

/// <summary>Selects, and says in a span and in problems how that went.</summary>
internal sealed class Selecting(CatalogFollower catalog, ModelSelector selector, RequestLog requests)
{
    public string Policy => selector.Policy.Name;

    public SelectionSnapshot Snapshot => catalog.Snapshot ?? throw RequestException.NoCatalog();

    public static Demand DemandOf(SelectionSnapshot snapshot, string client) =>
        snapshot.TryGetDemand(client, out var demand) ? demand : throw RequestException.UnknownClient(client);

    /// <exception cref="RequestException">There is no such client.</exception>
    public static Demand DemandOf(SelectionSnapshot snapshot, SelectBody body) =>
        body.Criteria is { } criteria ? snapshot.DemandOf(criteria) : DemandOf(snapshot, body.Client!);

    /// <summary>
    /// Assigns the request; null when no candidate is left beside <paramref name="without"/>. One that takes longer than
    /// <paramref name="withinMs"/> is the last resort.
    /// </summary>
    public Assignment? TrySelect(
        Demand demand, int items, IReadOnlyList<string>? without, double withinMs = double.PositiveInfinity, Model? only = null)
    {
        requests.ReleaseDue();
        using var activity = SelectorTelemetry.StartSelect(demand.Client, items);
        var assignment = selector.Select(demand, items, without, withinMs, only);
        SelectorTelemetry.Selected(activity, assignment?.Decision);
        return assignment;
    }

    /// <summary>Assigns the request to an executor, or says which model it shall wait for: one without executors, or one whose executors have all just failed.</summary>
    /// <param name="snapshot">What to select from.</param>
    /// <param name="demand">What is asked for, from that snapshot.</param>
    /// <param name="items">The examples.</param>
    /// <param name="without">Executors that are left out.</param>
    /// <param name="left">How long the request may still take where an executor is ready.</param>
    /// <param name="leftCold">How long it may still take where none is.</param>
    /// <param name="only">The only model to go to; null for any.</param>
    /// <param name="readyWithin">How long it shall take where an executor is ready, so that another could be tried; null for as long as it does.</param>
    public Choice Choose(
        SelectionSnapshot snapshot, Demand demand, int items, IReadOnlyList<string>? without, TimeSpan left, TimeSpan leftCold, Model? only, TimeSpan? readyWithin)
    {
        var ready = TrySelect(demand, items, without, readyWithin?.TotalMilliseconds ?? double.PositiveInfinity, only);
        if (only is not null || (ready is not null && !snapshot.HasCold))
        {
            return new Choice(ready, null);
        }

        var withinMs = (ready is null ? leftCold : left).TotalMilliseconds;
        var cold = selector.SelectCold(snapshot, demand, items, withinMs, ready?.Decision);
        if (cold is null)
        {
            return new Choice(ready, null);
        }

        ready?.Dispose();
        return new Choice(null, cold, MayGoElsewhere: ready is not null);
    }

    /// <summary>The problem of a request that no candidate meets.</summary>
    public RequestException NoCandidate(
        SelectionSnapshot snapshot, Demand demand, int items, IReadOnlyList<CandidateBody>? candidates = null,
        IReadOnlyList<ColdCandidateBody>? cold = null)
    {
        var exclusion = selector.Explain(snapshot, demand, items);
        return new RequestException(
            StatusCodes.Status404NotFound, "No candidate meets the criteria.", exclusion.Detail) { Excluded = exclusion.Criteria, Candidates = candidates, Cold = cold };
    }

    /// <summary>How the models stand that no executor is ready to serve.</summary>
    /// <param name="snapshot">What would be selected from.</param>
    /// <param name="demand">What is asked for, from that snapshot.</param>
    /// <param name="items">The examples.</param>
    /// <param name="prospects">How the others stand.</param>
    /// <param name="within">How long the request may take.</param>
    public IReadOnlyList<ColdCandidateBody>? SurveyCold(
        SelectionSnapshot snapshot, Demand demand, int items, IReadOnlyList<Prospect> prospects, RequestTimeout within)
    {
        var ready = prospects.FirstOrDefault(prospect => prospect.Selected);
        var withinMs = (ready is null ? within.WithColdStart : within.Usual).TotalMilliseconds;
        return ColdReasons.Of(demand, selector.SurveyCold(snapshot, demand, items, withinMs, ready), ready);
    }

    /// <summary>How the models stand that no executor is ready to serve, for a request of one example that has time.</summary>
    public IReadOnlyList<ColdProspect> SurveyCold(SelectionSnapshot snapshot, Demand demand, IReadOnlyList<Prospect> prospects) =>
        selector.SurveyCold(snapshot, demand, items: 1, double.PositiveInfinity, prospects.FirstOrDefault(prospect => prospect.Selected));

    public IReadOnlyList<Prospect> Survey(Demand demand, int items)
    {
        requests.ReleaseDue();
        return selector.Survey(demand, items);
    }
}
