using System.Collections.Concurrent;
using MuLambda.Catalog;
using MuLambda.Selection;

namespace MuLambda.Selector;

/// <summary>
/// Counts the demand for every model version, that which waits for its first replica included. A request that comes or ends takes no lock and allocates nothing,
/// but for the first of its replica.
/// </summary>
internal sealed class DemandLedger(TimeProvider time)
{
    private readonly ConcurrentDictionary<ModelTrack, ModelCounter> _models = new();
    private readonly ConcurrentDictionary<CandidateTrack, ReplicaCounter> _replicas = new();
    private readonly long _start = time.GetTimestamp();
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Which life of the selector the counts began with.</summary>
    public string Epoch { get; } = Guid.NewGuid().ToString("N");

    /// <summary>The demands by model.</summary>
    public ICollection<ModelCounter> Models => _models.Values;

    /// <summary>The replicas that requests were assigned to.</summary>
    public ICollection<ReplicaCounter> Replicas => _replicas.Values;

    /// <summary>Done as soon as another request begins to wait for a first replica.</summary>
    public Task News => Volatile.Read(ref _news).Task;

    /// <summary>The time since counting began, in ticks of the clock.</summary>
    public long NowTicks => time.GetTimestamp() - _start;

    /// <summary>A request was assigned to a replica: its first, or another one after that failed.</summary>
    /// <param name="ticket">The request's.</param>
    /// <param name="candidate">The replica.</param>
    /// <param name="items">Its examples.</param>
    /// <param name="slo">Its client's objective; null where it states none.</param>
    public void Assign(ref DemandTicket ticket, Candidate candidate, int items, Slo? slo)
    {
        var replica = _replicas.GetOrAdd(
            candidate.Track,
            static (track, made) => new ReplicaCounter(made.candidate.Executor.Id, made.ledger.CounterOf(track.Model, made.candidate.Model)),
            (ledger: this, candidate));
        var now = NowTicks;
        Begin(ref ticket, replica.Model, items, slo, now);
        ticket.Replica?.End(now);
        replica.Begin(now);
        ticket.Replica = replica;
    }

    /// <summary>A request begins to wait for the first replica of a model.</summary>
    /// <param name="ticket">The request's.</param>
    /// <param name="cold">The model.</param>
    /// <param name="items">Its examples.</param>
    /// <param name="slo">Its client's objective; null where it states none.</param>
    public void AssignCold(ref DemandTicket ticket, ColdCandidate cold, int items, Slo? slo)
    {
        var now = NowTicks;
        Begin(ref ticket, CounterOf(cold.Track, cold.Model), items, slo, now);
        ticket.Replica?.End(now);
        ticket.Replica = null;
    }

    /// <summary>Somebody waits for a first replica who did not before: readers of the demand shall know at once.</summary>
    public void Tell() =>
        Interlocked.Exchange(ref _news, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

    /// <summary>A request is taken to be over, though nobody told how it ended. That may still be told.</summary>
    public void Release(ref DemandTicket ticket)
    {
        if (ticket.IsActive)
        {
            var now = NowTicks;
            ticket.Model!.Busy.End(now);
            ticket.Replica?.End(now);
            (ticket.IsActive, ticket.Replica) = (false, null);
        }
    }

    /// <summary>A request ended. Its ticket is empty afterwards.</summary>
    /// <param name="ticket">The request's; an empty one says nothing.</param>
    /// <param name="outcome">How it ended.</param>
    /// <param name="latencyMs">What it took, in milliseconds; NaN where it was not answered.</param>
    public void End(ref DemandTicket ticket, DemandOutcome outcome, double latencyMs = double.NaN)
    {
        if (ticket.Model is { } model)
        {
            Release(ref ticket);
            model.Ended(outcome, latencyMs);
            ticket = default;
        }
    }

    /// <summary>Forgets what is idle and has left the catalog.</summary>
    /// <param name="snapshot">The catalog.</param>
    public void Keep(SelectionSnapshot snapshot)
    {
        foreach (var (track, replica) in _replicas)
        {
            if (!snapshot.Executors.ContainsKey(replica.Executor) && replica.IsIdle && _replicas.TryRemove(track, out _))
            {
                replica.Model.GoneReplicasMs += replica.Read(NowTicks) * (1000.0 / time.TimestampFrequency);
            }
        }

        foreach (var (track, model) in _models)
        {
            if (!snapshot.HasModel(model.Reference.ToString()) && model.Busy.Read(NowTicks).Active == 0)
            {
                _models.TryRemove(track, out _);
            }
        }
    }

    private ModelCounter CounterOf(ModelTrack track, Model model) =>
        _models.GetOrAdd(track, static (_, known) => new ModelCounter(known.Reference), model);

    // A request that goes on to another model has not ended, but it is no demand for the one before any more.
    private static void Begin(ref DemandTicket ticket, ModelCounter model, int items, Slo? slo, long now)
    {
        if (ticket.IsActive && ReferenceEquals(ticket.Model, model))
        {
            return;
        }

        if (ticket.IsActive)
        {
            ticket.Model!.Busy.End(now);
        }

        (ticket.Model, ticket.IsActive) = (model, true);
        model.Came(items, slo);
        model.Busy.Begin(now);
    }
}
