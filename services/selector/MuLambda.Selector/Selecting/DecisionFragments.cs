using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using MuLambda.Selection;

namespace MuLambda.Selector;

/// <summary>What every decision for a candidate has in common, written once a snapshot; and the snapshot's demands by the characters of
/// the client's id.</summary>
internal sealed class DecisionFragments(SelectionSnapshot snapshot)
{
    private readonly ConcurrentDictionary<Candidate, Fragment> _fragments = new(ReferenceEqualityComparer.Instance);
    private readonly ConcurrentDictionary<string, Demand> _demands = new(StringComparer.Ordinal);

    public SelectionSnapshot Snapshot { get; } = snapshot;

    public Fragment Of(Candidate candidate) => _fragments.GetOrAdd(candidate, static c => new Fragment(c));

    public bool TryGetDemand(ReadOnlySpan<char> client, [NotNullWhen(true)] out Demand? demand)
    {
        if (_demands.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(client, out demand))
        {
            return true;
        }

        var id = client.ToString();
        return Snapshot.TryGetDemand(id, out demand) && (_demands.TryAdd(id, demand) || true);
    }

    /// <summary>Values of a decision as JSON.</summary>
    internal sealed class Fragment
    {
        public Fragment(Candidate candidate)
        {
            var executor = candidate.Executor;
            Executor = JsonSerializer.SerializeToUtf8Bytes(executor.Id, SelectorJson.Default.String);
            Node = JsonSerializer.SerializeToUtf8Bytes(executor.Node, SelectorJson.Default.String);
            Model = JsonSerializer.SerializeToUtf8Bytes(candidate.Model.Reference, SelectorJson.Default.ModelReference);
            Endpoints = JsonSerializer.SerializeToUtf8Bytes(executor.Endpoints, SelectorJson.Default.ExecutorEndpoints);
        }

        public byte[] Executor { get; }

        public byte[] Node { get; }

        public byte[] Model { get; }

        public byte[] Endpoints { get; }
    }
}
