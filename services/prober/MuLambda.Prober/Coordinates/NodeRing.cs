namespace MuLambda.Prober.Coordinates;

/// <summary>
/// Which nodes measure a client where not all do: the first few behind the client's place on a ring on which every node has several
/// places (consistent hashing). Every prober works out the same, and a node that comes or goes moves few clients.
/// </summary>
internal sealed class NodeRing
{
    private const int PlacesPerNode = 16;

    private readonly (ulong Place, string Node)[] _places;
    private readonly int _nodes;

    public NodeRing(IReadOnlyCollection<string> nodes)
    {
        _nodes = nodes.Count;
        _places = [.. nodes
            .SelectMany(node => Enumerable.Range(0, PlacesPerNode)
                .Select(i => (Rendezvous.Mix(unchecked(Rendezvous.Hash(node) + ((ulong)i * 0x9E3779B97F4A7C15UL))), node)))];
        Array.Sort(_places, static (x, y) =>
            x.Place != y.Place ? x.Place.CompareTo(y.Place) : string.CompareOrdinal(x.Node, y.Node));
    }

    /// <summary>Whether a node is among those that measure a client.</summary>
    /// <param name="node">The node.</param>
    /// <param name="client">The client.</param>
    /// <param name="count">How many nodes measure it, 1 to 64.</param>
    public bool Measures(string node, string client, int count)
    {
        if (count >= _nodes)
        {
            return true;
        }

        var place = Array.BinarySearch(_places, (Rendezvous.Hash(client), ""), PlaceOrder.Instance);
        place = place < 0 ? ~place : place;
        var seen = new HashSet<string>(count, StringComparer.Ordinal);
        for (var i = 0; seen.Count < count && i < _places.Length; i++)
        {
            var next = _places[(place + i) % _places.Length].Node;
            if (next == node)
            {
                return true;
            }

            seen.Add(next);
        }

        return false;
    }

    private sealed class PlaceOrder : IComparer<(ulong Place, string Node)>
    {
        public static PlaceOrder Instance { get; } = new();

        public int Compare((ulong Place, string Node) x, (ulong Place, string Node) y) => x.Place.CompareTo(y.Place);
    }
}
