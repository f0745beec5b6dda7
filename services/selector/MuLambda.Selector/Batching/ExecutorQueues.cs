using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.Extensions.Options;
using MuLambda.Catalog;
using MuLambda.Scaling;
using MuLambda.Selection;

namespace MuLambda.Selector;

/// <summary>The queues of all executors.</summary>
internal sealed class ExecutorQueues
{
    // Inputs of so many different sizes wait apart; others go each alone.
    private const int MostLayouts = 16;

    private readonly ConcurrentDictionary<Key, ImmutableArray<ExecutorQueue>> _queues = new();
    private readonly ConcurrentDictionary<(string Executor, ModelReference Model), CandidateWait> _waits = new();
    private readonly ExecutorConnections _connections;
    private readonly SelectorTelemetry _telemetry;
    private readonly BatchingOptions _options;
    private readonly TimeProvider _time;

    public ExecutorQueues(
        CatalogFollower catalog,
        ExecutorConnections connections,
        SelectorTelemetry telemetry,
        IOptions<BatchingOptions> options,
        TimeProvider time)
    {
        (_connections, _telemetry, _options, _time) = (connections, telemetry, options.Value, time);
        telemetry.Watch(this);
        catalog.SnapshotChanged += () => Keep((catalog.Snapshot ?? SelectionSnapshot.Empty).Executors);
    }

    /// <summary>Requests that wait, by executor.</summary>
    public IEnumerable<(string Executor, ModelReference Model, int Requests)> Waiting
    {
        get
        {
            foreach (var (key, queues) in _queues)
            {
                yield return (key.Executor, key.Model, queues.Sum(queue => queue.Count));
            }
        }
    }

    /// <summary>What batches take, by model; of each queue that knows.</summary>
    public IEnumerable<(ModelReference Model, ServiceCurve Curve)> Curves
    {
        get
        {
            foreach (var (key, queues) in _queues)
            {
                foreach (var queue in queues)
                {
                    if (queue.Curve() is { } curve)
                    {
                        yield return (key.Model, curve);
                    }
                }
            }
        }
    }

    /// <summary>The queue for a request; null where it has to go alone.</summary>
    public ExecutorQueue? Of(Candidate candidate, ModelInputs inputs)
    {
        if (!InputLayout.IsBatchable(candidate.Model, inputs))
        {
            return null;
        }

        var key = new Key(candidate.Executor.Id, candidate.Model.Reference, inputs.Signature);
        while (true)
        {
            var known = _queues.GetOrAdd(key, []);
            foreach (var queue in known)
            {
                if (InputLayout.AreAlike(queue.Like, inputs))
                {
                    return queue.IsByExample ? queue : null;
                }
            }

            var kept = known;
            if (known.Length == MostLayouts)
            {
                if (known.FirstOrDefault(queue => queue.IsIdle) is not { } idle)
                {
                    return null;
                }

                kept = known.Remove(idle);
            }

            var wait = _waits.GetOrAdd((key.Executor, key.Model), _ => new CandidateWait());
            var created = new ExecutorQueue(inputs, wait, Sibling(key, inputs), _options, _connections, _telemetry, _time);
            if (_queues.TryUpdate(key, kept.Add(created), known))
            {
                return created;
            }

            created.Close();
        }
    }

    // The queue for the like in another executor of the model that has seen the most answers: a new replica is no unknown, which matters most in the spike it was started for.
    private ExecutorQueue? Sibling(Key own, ModelInputs inputs) => _queues
        .Where(entry => entry.Key.Model == own.Model && entry.Key.Signature == own.Signature && entry.Key.Executor != own.Executor)
        .SelectMany(entry => entry.Value)
        .Where(queue => queue.Observations > 0 && InputLayout.AreAlike(queue.Like, inputs))
        .MaxBy(queue => queue.Observations);

    // What is in the queues of executors that are gone ends by itself; then they are forgotten.
    private void Keep(IReadOnlyDictionary<string, ExecutorTrack> executors)
    {
        foreach (var (key, queues) in _queues)
        {
            if (!executors.ContainsKey(key.Executor) && queues.All(queue => queue.IsIdle))
            {
                _queues.TryRemove(KeyValuePair.Create(key, queues));
                _waits.TryRemove((key.Executor, key.Model), out _);
            }
        }
    }

    private readonly record struct Key(string Executor, ModelReference Model, string Signature);
}
