using System.Collections.Immutable;
using System.Runtime.InteropServices;
using MuLambda.Catalog;

namespace MuLambda.Selection;

/// <summary>
/// The round trips between nodes, as clients that run on a node saw them: of several the nearest answer shows the network best.
/// </summary>
internal sealed class NodeDistances(ReportIndex reports)
{
    private readonly HashSet<(string From, string To)> _due = [];
    private readonly Dictionary<string, List<string>> _clientsOf = new(StringComparer.Ordinal);
    private IReadOnlyDictionary<string, Client>? _clients;

    /// <summary>By (the node that measured, the client's node), in milliseconds.</summary>
    public ImmutableDictionary<(string From, string To), double> RoundTripsMs { get; private set; } =
        ImmutableDictionary<(string From, string To), double>.Empty;

    /// <summary>Takes in the clients as they are now, and what changed of the reports.</summary>
    public void Update(IReadOnlyDictionary<string, Client> clients)
    {
        if (ReferenceEquals(clients, _clients) && reports.Changes.Count == 0)
        {
            return;
        }

        // What a report said before was of where its client was before.
        foreach (var (before, _) in reports.Changes)
        {
            Follow(before, isNew: false);
        }

        if (!ReferenceEquals(clients, _clients))
        {
            FollowClients(clients);
        }

        foreach (var (_, now) in reports.Changes)
        {
            Follow(now, isNew: true);
        }

        foreach (var pair in _due)
        {
            var leastMs = LeastMs(pair);
            RoundTripsMs = double.IsPositiveInfinity(leastMs) ? RoundTripsMs.Remove(pair) : RoundTripsMs.SetItem(pair, leastMs);
        }

        _due.Clear();
    }

    // A client that is on another node than before, or came or went, concerns all pairs that it was measured in.
    private void FollowClients(IReadOnlyDictionary<string, Client> clients)
    {
        var now = clients.Values.Where(client => client.Node is not null).ToDictionary(client => client.Id, client => client.Node!);
        var before = _clientsOf.SelectMany(node => node.Value, (node, client) => (client, node.Key)).ToList();
        foreach (var (client, node) in before)
        {
            if (!now.Remove(client, out var stays) || stays != node)
            {
                _clientsOf[node].Remove(client);
                SetDue(client, node);
                if (stays is not null)
                {
                    now[client] = stays;
                }
            }
        }

        foreach (var (client, node) in now)
        {
            ref var all = ref CollectionsMarshal.GetValueRefOrAddDefault(_clientsOf, node, out _);
            (all ??= []).Add(client);
            SetDue(client, node);
        }

        _clients = clients;
    }

    private void SetDue(string client, string node)
    {
        foreach (var report in reports.Of(client))
        {
            _due.Add((report.Node, node));
        }
    }

    // Most reports are not of the nearest, and change nothing.
    private void Follow(LatencyReport? report, bool isNew)
    {
        if (report is null || _clients?.GetValueOrDefault(report.Client)?.Node is not { } node)
        {
            return;
        }

        var pair = (report.Node, node);
        var isKnown = RoundTripsMs.TryGetValue(pair, out var leastMs);
        if (isNew ? !isKnown || report.MedianMs < leastMs : isKnown && report.MedianMs <= leastMs)
        {
            _due.Add(pair);
        }
    }

    private double LeastMs((string From, string To) pair)
    {
        var leastMs = double.PositiveInfinity;
        foreach (var client in _clientsOf.TryGetValue(pair.To, out var clients) ? clients : [])
        {
            foreach (var report in reports.Of(client))
            {
                if (report.Node == pair.From && report.MedianMs < leastMs)
                {
                    leastMs = report.MedianMs;
                }
            }
        }

        return leastMs;
    }
}
