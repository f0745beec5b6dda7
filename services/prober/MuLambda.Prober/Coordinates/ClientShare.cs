using System.Collections.Frozen;
using MuLambda.Catalog;
using MuLambda.Prober.Options;
using MuLambda.Selection.Coordinates;

namespace MuLambda.Prober.Coordinates;

/// <summary>
/// The clients that this node measures. All, while there are few. Beyond that every client is measured by a few nodes that are drawn, from which
/// anyone can tell roughly where it lies, and by those that are then predicted to be nearest to it, where selection needs exact figures.
/// </summary>
internal static class ClientShare
{
    /// <summary>The clients that are this node's by the draw.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="options">Who this node is and how many measure a client.</param>
    /// <returns>Their ids; null for all clients.</returns>
    public static FrozenSet<string>? Drawn(CatalogSnapshot catalog, ProberOptions options)
    {
        if (catalog.Clients.Count <= options.MeasureAllUpTo)
        {
            return null;
        }

        // This node may not be in the catalog yet.
        var ring = new NodeRing([.. catalog.Nodes.Keys.Append(options.Node).Distinct(StringComparer.Ordinal)]);
        return catalog.Clients.Keys
            .Where(client => ring.Measures(options.Node, client, options.NodesPerClient))
            .ToFrozenSet(StringComparer.Ordinal);
    }

    /// <summary>The clients to which this node is one of the nearest, as far as coordinates tell.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="options">Who this node is, and how many of the nearest measure a client.</param>
    /// <param name="before">Those found the last time: they stay while this node is not clearly farther than others.</param>
    /// <returns>Their ids.</returns>
    public static FrozenSet<string> Near(CatalogSnapshot catalog, ProberOptions options, IReadOnlySet<string> before)
    {
        var places = catalog.Nodes.Keys.Index().ToDictionary(pair => pair.Item, pair => pair.Index, StringComparer.Ordinal);
        var predictor = NodeCoordinates.Lay(places, catalog.Nodes);
        if (options.NearNodesPerClient == 0 || !places.TryGetValue(options.Node, out var self) || !predictor.Knows(self))
        {
            return [];
        }

        var row = new double[predictor.Count];
        var near = new List<string>();
        foreach (var measured in catalog.Latencies.Values.GroupBy(report => report.Client, StringComparer.Ordinal))
        {
            RoundTripSample[] samples = [.. measured
                .Where(report => places.ContainsKey(report.Node))
                .Select(report => new RoundTripSample(places[report.Node], report.MedianMs))];
            if (!predictor.TryLocate(samples, out var client))
            {
                continue;
            }

            predictor.Predict(client.Coordinate, row);
            foreach (var sample in samples)
            {
                row[sample.Node] = sample.RoundTripMs;
            }

            var limit = options.NearNodesPerClient * (before.Contains(measured.Key) ? 2 : 1);
            var nearer = row.Count(roundTripMs => roundTripMs < row[self]);
            if (nearer < limit)
            {
                near.Add(measured.Key);
            }
        }

        return near.ToFrozenSet(StringComparer.Ordinal);
    }
}
