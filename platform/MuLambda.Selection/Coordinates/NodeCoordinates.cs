using MuLambda.Catalog;

namespace MuLambda.Selection.Coordinates;

/// <summary>Coordinates between the catalog, which writes them as JSON, and the reckoning.</summary>
public static class NodeCoordinates
{
    /// <summary>Reads a coordinate of the catalog.</summary>
    /// <param name="noun">The coordinate; null for none.</param>
    /// <returns>The coordinate to reckon with; null where there is none or it is not valid.</returns>
    public static Coordinate? Read(NodeCoordinate? noun) =>
        noun is { Position.Count: >= 1 and <= Coordinate.MaxDimensions }
        && Coordinate.Of([.. noun.Position], noun.HeightMs) is { IsValid: true } coordinate
            ? coordinate
            : null;

    /// <summary>Lays out the nodes that executors are on.</summary>
    /// <param name="indices">The index of each node, from 0 without a gap.</param>
    /// <param name="nodes">The nodes of the catalog, by name; those that are not there have no coordinate.</param>
    /// <returns>The predictor.</returns>
    public static RoundTripPredictor Lay(IReadOnlyDictionary<string, int> indices, IReadOnlyDictionary<string, Node> nodes)
    {
        ArgumentNullException.ThrowIfNull(indices);
        ArgumentNullException.ThrowIfNull(nodes);
        var coordinates = new Coordinate?[indices.Count];
        foreach (var (name, index) in indices)
        {
            coordinates[index] = nodes.TryGetValue(name, out var node) ? Read(node.Coordinate) : null;
        }

        return RoundTripPredictor.Create(coordinates);
    }
}
