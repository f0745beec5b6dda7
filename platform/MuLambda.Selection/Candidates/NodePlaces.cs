using MuLambda.Catalog;
using MuLambda.Selection.Coordinates;

namespace MuLambda.Selection;

/// <summary>The coordinates of the nodes that executors are on, laid out anew when one of them changed.</summary>
internal sealed class NodePlaces
{
    private NodeCoordinate?[] _coordinates = [];
    private IReadOnlyDictionary<string, int>? _indices;
    private IReadOnlyDictionary<string, Node>? _nodes;

    /// <summary>Predicts the round trips to these nodes.</summary>
    public RoundTripPredictor Predictor { get; private set; } = RoundTripPredictor.Empty;

    /// <summary>
    /// By node, whether it lies elsewhere than before the last change of the <see cref="Predictor"/>; all do where their indices changed.
    /// </summary>
    public bool[] Moved { get; private set; } = [];

    /// <summary>Takes in where nodes are now.</summary>
    /// <param name="indices">The index of each node that executors are on.</param>
    /// <param name="nodes">The nodes of the catalog, by name.</param>
    public void Update(IReadOnlyDictionary<string, int> indices, IReadOnlyDictionary<string, Node> nodes)
    {
        if (ReferenceEquals(indices, _indices) && ReferenceEquals(nodes, _nodes))
        {
            return;
        }

        var sameIndices = ReferenceEquals(indices, _indices);
        var coordinates = new NodeCoordinate?[indices.Count];
        bool[]? moved = null;
        foreach (var (name, index) in indices)
        {
            coordinates[index] = nodes.TryGetValue(name, out var node) ? node.Coordinate : null;
            if (!sameIndices || !IsSamePlace(_coordinates[index], coordinates[index]))
            {
                moved ??= new bool[indices.Count];
                moved[index] = true;
            }
        }

        if (moved is not null || !sameIndices)
        {
            Predictor = NodeCoordinates.Lay(indices, nodes);
            Moved = moved ?? [];
        }

        (_coordinates, _indices, _nodes) = (coordinates, indices, nodes);
    }

    private static bool IsSamePlace(NodeCoordinate? one, NodeCoordinate? other) =>
        ReferenceEquals(one, other)
        || (one is not null && other is not null && one.HeightMs.Equals(other.HeightMs) && one.Position.SequenceEqual(other.Position));
}
