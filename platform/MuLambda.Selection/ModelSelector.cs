using MuLambda.Catalog;

namespace MuLambda.Selection;

/// <summary>
/// Selects for every request: hard filter, estimates, policy, and the assignment that counts the request as in flight. Safe for
/// concurrent use; nothing in it blocks, and it allocates the assignment only.
/// </summary>
/// <param name="policy">What decides among the candidates that the hard filter leaves.</param>
/// <param name="time">Where time comes from.</param>
public sealed class ModelSelector(ISelectionPolicy policy, TimeProvider time)
{
    [ThreadStatic]
    private static CandidateState[]? t_states;

    /// <summary>What decides.</summary>
    public ISelectionPolicy Policy { get; } = policy;

    internal double NowMs => time.GetTimestamp() * (1000.0 / time.TimestampFrequency);

    /// <summary>Selects a candidate and assigns the request to it.</summary>
    /// <param name="demand">What is asked for, from the snapshot to select from.</param>
    /// <param name="items">The examples that the request carries, at least 1.</param>
    /// <param name="without">Executors to leave out, such as those that failed this request; null for none.</param>
    /// <returns>The assignment, to be ended by its owner; null when no candidate is left (<see cref="Explain"/>).</returns>
    public Assignment? Select(Demand demand, int items, IReadOnlyList<string>? without = null)
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
            var states = States(group.Candidates.Length);
            var count = HardFilter.Admit(demand, group, items, turn, nowMs, without, states);
            if (count == 0)
            {
                return null;
            }

            var choice = Policy.Choose(new SelectionContext(states.AsSpan(0, count), demand.Desired, items, turn), default);
            ref readonly var state = ref states[choice.Index];
            var candidate = group.Candidates[state.Ordinal];
            if (candidate.ExecutorTrack.TryAssign(items, nowMs, out var trial, out var requestsAhead, out var itemsAhead))
            {
                candidate.Track.Assigned(turn);
                var decision = new Decision(candidate, state.Estimate, choice.Utility, count, Policy.Name);
                return new Assignment(this, decision, items, requestsAhead, itemsAhead, trial);
            }

            // It failed, or another request took its trial, since the filter looked: that one is out now, so this ends.
        }
    }

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
        var states = new CandidateState[group.Candidates.Length];
        var count = HardFilter.Admit(demand, group, items, turn, nowMs, null, states);
        var utilities = new double[count];
        var chosen = count == 0
            ? -1
            : Policy.Choose(new SelectionContext(states.AsSpan(0, count), demand.Desired, items, turn), utilities).Index;
        var prospects = new List<Prospect>(group.Candidates.Length);
        for (var i = 0; i < count; i++)
        {
            prospects.Add(new Prospect(
                group.Candidates[states[i].Ordinal], states[i], utilities[i], i == chosen, []));
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

    private static CandidateState[] States(int count)
    {
        if (t_states is null || t_states.Length < count)
        {
            t_states = new CandidateState[Math.Max(16, count)];
        }

        return t_states;
    }
}
