using System.Numerics;
using System.Runtime.InteropServices;

namespace MuLambda.Selection.Coordinates;

/// <summary>
/// The coordinates of all nodes, laid out by dimension, from which the round trips of a client to every node are predicted in one
/// pass. Immutable; safe for concurrent use; nothing but <see cref="Create"/> allocates.
/// </summary>
public sealed class RoundTripPredictor
{
    // One column a dimension and one of heights, each padded to whole vectors. The height of a node without a coordinate is
    // NaN, and so is whatever is predicted from it.
    private readonly double[] _columns;
    private readonly int _stride;
    private readonly int _dimensions;

    private RoundTripPredictor(int count, int dimensions)
    {
        Count = count;
        _dimensions = dimensions;
        _stride = (count + Vector<double>.Count - 1) / Vector<double>.Count * Vector<double>.Count;
        _columns = new double[_stride * (dimensions + 1)];
        Heights.Fill(double.NaN);
    }

    /// <summary>A predictor that knows no node.</summary>
    public static RoundTripPredictor Empty { get; } = new(0, 1);

    /// <summary>The number of nodes, with and without a coordinate.</summary>
    public int Count { get; }

    /// <summary>The dimensions in which any node lies elsewhere than at 0.</summary>
    internal int Dimensions => _dimensions;

    private Span<double> Heights => _columns.AsSpan(_dimensions * _stride);

    /// <summary>Lays out the nodes.</summary>
    /// <param name="coordinates">The coordinate of each node, at its index; null, or one that is not valid, where it is not known.</param>
    /// <returns>The predictor.</returns>
    public static RoundTripPredictor Create(ReadOnlySpan<Coordinate?> coordinates)
    {
        var dimensions = 1;
        foreach (ref readonly var coordinate in coordinates)
        {
            for (var d = dimensions; coordinate is { IsValid: true } known && d < Coordinate.MaxDimensions; d++)
            {
                dimensions = known.Position[d] != 0 ? d + 1 : dimensions;
            }
        }

        var predictor = new RoundTripPredictor(coordinates.Length, dimensions);
        for (var node = 0; node < coordinates.Length; node++)
        {
            if (coordinates[node] is { IsValid: true } known)
            {
                for (var d = 0; d < dimensions; d++)
                {
                    predictor._columns[(d * predictor._stride) + node] = known.Position[d];
                }

                predictor.Heights[node] = known.HeightMs;
            }
        }

        return predictor;
    }

    /// <summary>Whether a node has a coordinate.</summary>
    /// <param name="node">Its index.</param>
    /// <returns>True where it has.</returns>
    public bool Knows(int node) => !double.IsNaN(Heights[node]);

    /// <summary>A node's coordinate.</summary>
    /// <param name="node">Its index.</param>
    /// <returns>The coordinate; null where it is not known.</returns>
    public Coordinate? CoordinateOf(int node)
    {
        if (!Knows(node))
        {
            return null;
        }

        Span<double> position = stackalloc double[_dimensions];
        for (var d = 0; d < _dimensions; d++)
        {
            position[d] = _columns[(d * _stride) + node];
        }

        return Coordinate.Of(position, Heights[node]);
    }

    /// <summary>Predicts the round trips to every node.</summary>
    /// <param name="from">Where they go from, such as a client that was located by <see cref="TryLocate"/>.</param>
    /// <param name="roundTripsMs">Gets the round trip to each node in milliseconds; NaN for one without a coordinate.</param>
    /// <exception cref="ArgumentException">The span is not as long as there are nodes.</exception>
    public void Predict(in Coordinate from, Span<double> roundTripsMs)
    {
        if (roundTripsMs.Length != Count)
        {
            throw new ArgumentException($"There are {Count} nodes, not {roundTripsMs.Length}.", nameof(roundTripsMs));
        }

        var whole = MemoryMarshal.Cast<double, Vector<double>>(roundTripsMs);
        for (var i = 0; i < whole.Length; i++)
        {
            whole[i] = PredictVector(from, i * Vector<double>.Count);
        }

        if (whole.Length * Vector<double>.Count is var done && done < Count)
        {
            var rest = PredictVector(from, done);
            for (var i = done; i < Count; i++)
            {
                roundTripsMs[i] = rest[i - done];
            }
        }
    }

    /// <summary>Predicts the round trip to one node.</summary>
    /// <param name="from">Where it goes from.</param>
    /// <param name="node">The node's index.</param>
    /// <returns>Milliseconds; NaN for a node without a coordinate.</returns>
    public double Predict(in Coordinate from, int node)
    {
        var squares = 0.0;
        for (var d = 0; d < _dimensions; d++)
        {
            var along = _columns[(d * _stride) + node] - from.Position[d];
            squares += along * along;
        }

        return Math.Sqrt(squares) + Heights[node] + from.HeightMs;
    }

    /// <summary>
    /// Finds where a client lies from the round trips that some nodes measured to it, so that <see cref="Predict(in Coordinate, Span{double})"/>
    /// answers for the nodes that did not.
    /// </summary>
    /// <param name="samples">What was measured; samples of nodes without a coordinate, and ones that are no round trip, do not count.</param>
    /// <param name="client">Where it lies.</param>
    /// <returns>False where no sample counts.</returns>
    public bool TryLocate(ReadOnlySpan<RoundTripSample> samples, out LocatedClient client)
    {
        Span<Anchor> anchors = stackalloc Anchor[ClientLocator.MaxAnchors];
        var count = 0;
        foreach (var sample in samples)
        {
            if (count < anchors.Length
                && (uint)sample.Node < (uint)Count
                && sample.RoundTripMs is > 0 and <= Coordinate.MaxMs
                && CoordinateOf(sample.Node) is { } node)
            {
                anchors[count++] = new Anchor(node, sample.RoundTripMs);
            }
        }

        return ClientLocator.TryLocate(anchors[..count], _dimensions, out client);
    }

    private Vector<double> PredictVector(in Coordinate from, int first)
    {
        var squares = Vector<double>.Zero;
        for (var d = 0; d < _dimensions; d++)
        {
            var along = new Vector<double>(_columns, (d * _stride) + first) - new Vector<double>(from.Position[d]);
            squares += along * along;
        }

        return Vector.SquareRoot(squares)
            + new Vector<double>(_columns, (_dimensions * _stride) + first)
            + new Vector<double>(from.HeightMs);
    }
}
