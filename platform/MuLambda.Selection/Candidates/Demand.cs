using System.Buffers;
using MuLambda.Catalog;
using MuLambda.Selection.Coordinates;

namespace MuLambda.Selection;

/// <summary>What a client asks for, resolved against one <see cref="SelectionSnapshot"/>.</summary>
public sealed class Demand
{
    private readonly ClientRoundTrips? _roundTrips;
    private readonly RoundTripRows? _keeper;
    private float[]? _rows;

    /// <param name="client">The client; null where criteria were given without one.</param>
    /// <param name="criteria">Its criteria.</param>
    /// <param name="group">The candidates; null where there are none of these traits.</param>
    /// <param name="roundTrips">What nodes measured to the client, in order of the nodes' indices; null where none did.</param>
    /// <param name="keeper">Keeps the rows; null where there are none to keep.</param>
    internal Demand(
        string? client, Criteria criteria, CandidateGroup? group, ClientRoundTrips? roundTrips = null, RoundTripRows? keeper = null)
        : this(client, criteria, criteria.Desired.Normalise(), group, roundTrips, keeper)
    {
    }

    private Demand(
        string? client, Criteria criteria, Preference desired, CandidateGroup? group, ClientRoundTrips? roundTrips, RoundTripRows? keeper)
    {
        Client = client;
        Criteria = criteria;
        Desired = desired;
        Group = group;
        _roundTrips = roundTrips;
        _keeper = keeper;
    }

    /// <summary>The client; null where criteria were given without one.</summary>
    public string? Client { get; }

    /// <summary>Its criteria.</summary>
    public Criteria Criteria { get; }

    /// <summary>The weights, normalised to sum 1.</summary>
    public Preference Desired { get; }

    internal CandidateGroup? Group { get; }

    /// <summary>The round trips that nodes measured to the client, in order of the nodes' indices.</summary>
    internal ReadOnlySpan<RoundTripSample> Samples => _roundTrips is null ? [] : _roundTrips.Samples;

    /// <summary>
    /// The round trip to the client by row of the group, measured or else predicted; NaN where it is neither. Made when the client
    /// first asks.
    /// </summary>
    internal float[] RowRoundTripsMs => Volatile.Read(ref _rows) ?? MakeRows();

    /// <summary>The round trip from a row's node to the client, and where it is from.</summary>
    /// <param name="row">The row of the group.</param>
    /// <returns>Measured or else predicted; NaN and unknown where it is neither.</returns>
    internal (double RoundTripMs, RoundTripSource Source) RoundTripOf(int row)
    {
        if (Group is not { } group || _roundTrips is null)
        {
            return (double.NaN, RoundTripSource.Unknown);
        }

        if (IndexOf(group.Nodes[row]) is >= 0 and var index)
        {
            return (Samples[index].RoundTripMs, RoundTripSource.Measured);
        }

        double predictedMs = RowRoundTripsMs[row];
        return (predictedMs, double.IsNaN(predictedMs) ? RoundTripSource.Unknown : RoundTripSource.Predicted);
    }

    /// <summary>The same demand after nodes changed their places.</summary>
    /// <param name="predictor">All nodes, at the same indices.</param>
    /// <param name="moved">Which of them lie elsewhere.</param>
    /// <returns>The demand; this one where its client was never measured.</returns>
    internal Demand With(RoundTripPredictor predictor, ReadOnlySpan<bool> moved) =>
        _roundTrips is null ? this : new(Client, Criteria, Desired, Group, _roundTrips.With(predictor, moved), _keeper);

    /// <summary>Lets the rows go; they are made again when they are asked for.</summary>
    internal void DropRows() => Volatile.Write(ref _rows, null);

    private int IndexOf(int node)
    {
        var samples = Samples;
        var (low, high) = (0, samples.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var found = samples[middle].Node;
            if (found == node)
            {
                return middle;
            }

            (low, high) = found < node ? (middle + 1, high) : (low, middle - 1);
        }

        return -1;
    }

    private float[] MakeRows()
    {
        if (Group is not { } group)
        {
            return [];
        }

        if (_roundTrips is null)
        {
            var unmeasured = group.Unmeasured;
            Volatile.Write(ref _rows, unmeasured);
            return unmeasured;
        }

        var nodes = _roundTrips.Predictor.Count;
        var roundTripsMs = ArrayPool<double>.Shared.Rent(nodes);
        _roundTrips.Fill(roundTripsMs.AsSpan(0, nodes));
        var rows = GC.AllocateUninitializedArray<float>(CandidateColumns.Padded(group.Candidates.Length));
        for (var row = 0; row < group.Nodes.Length; row++)
        {
            rows[row] = (float)roundTripsMs[group.Nodes[row]];
        }


        rows.AsSpan(group.Nodes.Length).Clear();
        ArrayPool<double>.Shared.Return(roundTripsMs);
        Volatile.Write(ref _rows, rows);
        _keeper?.Keep(this, rows.Length);
        return rows;
    }
}
