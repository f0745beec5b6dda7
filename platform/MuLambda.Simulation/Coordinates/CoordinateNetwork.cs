using MuLambda.Selection.Coordinates;

namespace MuLambda.Simulation.Coordinates;

/// <summary>
/// Nodes that learn their coordinates as probers do: in every round each probes some of its peers, one measurement each, and
/// moves by what it hears. Deterministic for a seed.
/// </summary>
public sealed class CoordinateNetwork
{
    private readonly ILatencyMatrix _matrix;
    private readonly JitterModel _jitter;
    private readonly CoordinateOptions _options;
    private readonly Random _random;
    private readonly CoordinateTracker<int>[] _nodes;
    private readonly int[][] _peers;

    /// <summary>Nodes at the origin that know nobody's coordinate.</summary>
    /// <param name="matrix">The network.</param>
    /// <param name="nodes">The nodes: the first so many hosts of it.</param>
    /// <param name="peers">The peers that each probes, drawn at random.</param>
    /// <param name="seed">Decides everything.</param>
    /// <param name="options">How coordinates are learned; null for the defaults.</param>
    /// <param name="jitter">What probes measure beyond the network's round trips; null for the default.</param>
    public CoordinateNetwork(
        ILatencyMatrix matrix, int nodes, int peers, int seed, CoordinateOptions? options = null, JitterModel? jitter = null)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        ArgumentOutOfRangeException.ThrowIfLessThan(nodes, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(nodes, matrix.Count);
        ArgumentOutOfRangeException.ThrowIfLessThan(peers, 1);
        _matrix = matrix;
        _options = options ?? CoordinateOptions.Default;
        _jitter = jitter ?? new JitterModel();
        _random = new Random(seed);
        _nodes = new CoordinateTracker<int>[nodes];
        _peers = new int[nodes][];
        for (var node = 0; node < nodes; node++)
        {
            _nodes[node] = new CoordinateTracker<int>(_options, Seed(seed, node));
            _peers[node] = Draw(node, Math.Min(peers, nodes - 1));
        }
    }

    /// <summary>The number of nodes.</summary>
    public int Count => _nodes.Length;

    /// <summary>The probes sent so far.</summary>
    public long Probes { get; private set; }

    /// <summary>A node's coordinate and how sure it is of it.</summary>
    /// <param name="node">The node.</param>
    /// <returns>The tracker, to read from.</returns>
    public CoordinateTracker<int> this[int node] => _nodes[node];

    /// <summary>The peers that a node probes.</summary>
    /// <param name="node">The node.</param>
    /// <returns>Their indices.</returns>
    public ReadOnlySpan<int> PeersOf(int node) => _peers[node];

    /// <summary>Lets every node probe each of its peers once.</summary>
    public void Round()
    {
        var longest = _peers.Max(peers => peers.Length);
        for (var turn = 0; turn < longest; turn++)
        {
            for (var node = 0; node < _nodes.Length; node++)
            {
                if (turn < _peers[node].Length)
                {
                    Probe(node, _peers[node][turn]);
                }
            }
        }
    }

    /// <summary>
    /// Lets every node give up some of its peers for those that it takes for its nearest: far ones tell where the continent is, near ones
    /// where in the city.
    /// </summary>
    /// <param name="near">How many, at most as many as it has.</param>
    public void ChooseNearPeers(int near)
    {
        var predictor = ToPredictor();
        var row = new double[Count];
        var order = new int[Count];
        for (var node = 0; node < Count; node++)
        {
            predictor.Predict(_nodes[node].Coordinate, row);
            for (var other = 0; other < Count; other++)
            {
                order[other] = other;
            }

            row.AsSpan().Sort(order.AsSpan());
            var kept = _peers[node].AsSpan(0, _peers[node].Length - near).ToArray();
            foreach (var peer in _peers[node].Except(kept))
            {
                _nodes[node].Forget(peer);
            }

            _peers[node] = [.. kept, .. order.Where(other => other != node && !kept.Contains(other)).Take(near)];
        }
    }

    /// <summary>A node is gone, and another, which knows nothing, takes its place.</summary>
    /// <param name="node">The node.</param>
    public void Replace(int node)
    {
        _nodes[node] = new CoordinateTracker<int>(_options, _random.NextInt64());
        _peers[node] = Draw(node, _peers[node].Length);
        for (var other = 0; other < _nodes.Length; other++)
        {
            _nodes[other].Forget(node);
        }
    }

    /// <summary>Compares what coordinates predict with the truth, for pairs of nodes that do not probe each other.</summary>
    /// <param name="pairs">How many pairs to draw.</param>
    /// <param name="seed">Decides which.</param>
    /// <returns>The errors.</returns>
    public ErrorPercentiles Errors(int pairs, int seed)
    {
        var random = new Random(seed);
        return ErrorPercentiles.Of(Enumerable.Range(0, pairs)
            .Select(_ => (One: random.Next(Count), Other: random.Next(Count)))
            .Where(pair => pair.One != pair.Other && !_peers[pair.One].Contains(pair.Other) && !_peers[pair.Other].Contains(pair.One))
            .Select(pair => (
                Coordinate.RoundTripMs(_nodes[pair.One].Coordinate, _nodes[pair.Other].Coordinate),
                _matrix.RoundTripMs(pair.One, pair.Other))));
    }

    /// <summary>The coordinates as a predictor has them.</summary>
    /// <returns>The predictor, with the nodes at their indices.</returns>
    public RoundTripPredictor ToPredictor() => RoundTripPredictor.Create(Coordinates());

    /// <summary>The nodes' coordinates as they are now.</summary>
    /// <returns>One a node.</returns>
    public Coordinate?[] Coordinates()
    {
        var coordinates = new Coordinate?[Count];
        for (var node = 0; node < Count; node++)
        {
            coordinates[node] = _nodes[node].Coordinate;
        }

        return coordinates;
    }

    private static long Seed(int seed, int node) => ((long)seed << 32) + node;

    private void Probe(int node, int peer)
    {
        Probes++;
        var remote = _nodes[peer];
        _nodes[node].Observe(peer, _jitter.Measure(_matrix.RoundTripMs(node, peer), _random), remote.Coordinate, remote.Error);
    }

    private int[] Draw(int node, int count)
    {
        var drawn = new HashSet<int>();
        while (drawn.Count < count)
        {
            var peer = _random.Next(_nodes.Length);
            if (peer != node)
            {
                drawn.Add(peer);
            }
        }

        return [.. drawn];
    }
}
