using MuLambda.Catalog;

namespace MuLambda.Selection;

/// <summary>
/// Selects for every request: hard filter, estimates, policy, and the assignment that counts the request as in flight. Safe for
/// concurrent use; nothing in it waits for others, and nothing but a client's first selection from a snapshot allocates.
/// </summary>
/// <param name="policy">What decides among the candidates that the hard filter leaves.</param>
/// <param name="time">Where time comes from.</param>
public sealed class ModelSelector(ISelectionPolicy policy, TimeProvider time)
{
    /// <summary>What decides.</summary>
    public ISelectionPolicy Policy { get; } = policy;

    internal double NowMs => time.GetTimestamp() * (1000.0 / time.TimestampFrequency);

    /// <summary>Selects a candidate and assigns the request to it.</summary>
    /// <param name="demand">What is asked for, from the snapshot to select from.</param>
    /// <param name="items">The examples that the request carries, at least 1.</param>
    /// <param name="without">Executors to leave out, such as those that failed this request; null for none.</param>
    /// <param name="withinMs">
    /// How long it may take, in milliseconds, so that another candidate can be tried if this one fails: slower ones are left out unless all are.
    /// </param>
    /// <param name="only">The only model version that may be chosen; null for any.</param>
    /// <returns>The assignment, to be ended by its owner; null when no candidate is left (<see cref="Explain"/>).</returns>
    public Assignment? Select(
        Demand demand, int items, IReadOnlyList<string>? without = null, double withinMs = double.PositiveInfinity, Model? only = null)
    {
        ArgumentNullException.ThrowIfNull(demand);
        ArgumentOutOfRangeException.ThrowIfLessThan(items, 1);
        if (demand.Group is not { } group)
        {
            return null;
        }

        var turn = group.Turns.Next();
        while (true)
        {
            var nowMs = NowMs;
            var scratch = Scratch.Of(group.Columns.Count);
            var admission = HardFilter.Admit(demand, group, items, turn, nowMs, without, scratch, withinMs, only);
            if (admission.Count == 0)
            {
                if (double.IsPositiveInfinity(withinMs))
                {
                    return null;
                }

                withinMs = double.PositiveInfinity;
                continue;
            }

            var row = Policy.Choose(new SelectionContext(demand, group, scratch, items, turn, admission));
            var candidate = group.Candidates[row];
            var state = HardFilter.StateOf(demand, group, row, items, turn, nowMs);
            if (candidate.ExecutorTrack.TryAssign(
                items, demand.Desired.Latency, nowMs, out var trial, out var requestsAhead, out var itemsAhead))
            {
                candidate.Track.Assigned(turn);
                var decision = new Decision(candidate, state.Estimate, scratch.Scores[row], admission.Count, Policy.Name)
                {
                    HopedMs = Math.Min(scratch.LatencyMs[row], state.Estimate.LatencyMs),
                };
                var record = AssignmentRecord.Take(this, items, requestsAhead, itemsAhead, trial, out var version);
                return new Assignment(record, version, decision);
            }

            // It failed, or another request took its trial, since the filter looked: that one is out now, so this ends.
        }
    }

    /// <summary>Whether a request shall wait for a model that no executor is ready to serve, or whose executors have all just failed. Assigns nothing.</summary>
    /// <param name="snapshot">The snapshot that the demand is from.</param>
    /// <param name="demand">What is asked for.</param>
    /// <param name="items">The examples that the request carries, at least 1.</param>
    /// <param name="withinMs">How long it may take, in milliseconds.</param>
    /// <param name="ready">
    /// What <see cref="Select"/> chose; null where it found none. Beside it the default policy alone weighs cold candidates: the published ones know none.
    /// </param>
    /// <returns>The model to wait for; null where the request shall go to <paramref name="ready"/>, or is nobody's.</returns>
    public ColdCandidate? SelectCold(SelectionSnapshot snapshot, Demand demand, int items, double withinMs, Decision? ready)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentNullException.ThrowIfNull(demand);
        if (ready is not null && (!snapshot.HasCold || Policy is not MuLambdaPolicy))
        {
            return null;
        }

        var candidates = CandidatesOf(snapshot, demand, ready is null);
        var chosen = ColdChoice.Choose(candidates, demand, items, NowMs, withinMs, ready?.Estimate);
        return chosen < 0 ? null : candidates[chosen];
    }

    /// <summary>How the models stand that no executor is ready to serve. Assigns nothing.</summary>
    /// <param name="snapshot">The snapshot that the demand is from.</param>
    /// <param name="demand">What is asked for.</param>
    /// <param name="items">The examples that the request would carry, at least 1.</param>
    /// <param name="withinMs">How long it may take, in milliseconds.</param>
    /// <param name="ready">The candidate that would be selected; null where there is none.</param>
    /// <returns>The cold candidates of these traits, in order of their names.</returns>
    public IReadOnlyList<ColdProspect> SurveyCold(SelectionSnapshot snapshot, Demand demand, int items, double withinMs, Prospect? ready)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentNullException.ThrowIfNull(demand);
        var candidates = CandidatesOf(snapshot, demand, ready is null);
        if (candidates.Length == 0)
        {
            return [];
        }

        var nowMs = NowMs;
        var estimate = ready?.State.Estimate;
        var chosen = ready is not null && Policy is not MuLambdaPolicy
            ? -1
            : ColdChoice.Choose(candidates, demand, items, nowMs, withinMs, estimate);
        return ColdChoice.Survey(candidates, demand, items, nowMs, chosen, estimate);
    }

    // Beside what is ready nobody waits for executors that failed: the one that is ready is what there is after a failure.
    private static ColdCandidate[] CandidatesOf(SelectionSnapshot snapshot, Demand demand, bool isNothingReady) =>
        isNothingReady ? snapshot.ColdFor(demand.Criteria.Required) : snapshot.Cold.GetValueOrDefault(demand.Criteria.Required, []);

    /// <summary>What would be selected now, with every candidate's estimate. Assigns nothing.</summary>
    /// <param name="demand">What is asked for.</param>
    /// <param name="items">The examples that the request would carry, at least 1.</param>
    /// <returns>The candidates of these traits: those that pass the hard filter by falling utility, then the others.</returns>
    public IReadOnlyList<Prospect> Survey(Demand demand, int items)
    {
        ArgumentNullException.ThrowIfNull(demand);
        ArgumentOutOfRangeException.ThrowIfLessThan(items, 1);
        if (demand.Group is not { } group)
        {
            return [];
        }

        var nowMs = NowMs;
        var turn = group.Turns.Current;
        var scratch = Scratch.Of(group.Columns.Count);
        var admission = HardFilter.Admit(demand, group, items, turn, nowMs, null, scratch);
        var chosen = admission.Count == 0
            ? -1
            : Policy.Choose(new SelectionContext(demand, group, scratch, items, turn, admission));
        var prospects = new List<Prospect>(group.Candidates.Length);
        for (var row = 0; row < group.Candidates.Length; row++)
        {
            if (!float.IsPositiveInfinity(scratch.LatencyMs[row]))
            {
                prospects.Add(new Prospect(
                    group.Candidates[row], HardFilter.StateOf(demand, group, row, items, turn, nowMs), scratch.Scores[row],
                    row == chosen, []));
            }
        }

        prospects.Sort((x, y) => y.Utility.CompareTo(x.Utility));
        prospects.AddRange(HardFilter.Rejected(demand, group, items, turn, nowMs));
        return prospects;
    }

    /// <summary>Why <see cref="Select"/> found nothing.</summary>
    /// <param name="snapshot">The snapshot that the demand is from.</param>
    /// <param name="demand">What was asked for.</param>
    /// <param name="items">The examples that the request carries.</param>
    /// <returns>The criteria that excluded the last candidates.</returns>
    public Exclusion Explain(SelectionSnapshot snapshot, Demand demand, int items)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentNullException.ThrowIfNull(demand);
        return HardFilter.Explain(snapshot, demand, items, NowMs);
    }
}
