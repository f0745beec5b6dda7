namespace MuLambda.Selection.Coordinates;

/// <summary>
/// The round trips of one client to all nodes: as measured where a node measured it, else as coordinates predict. Immutable but for
/// what it remembers of its own work; safe for concurrent use.
/// </summary>
/// <remarks>The client is located when that is needed for the first time: of many clients few ask at a time.</remarks>
/// <param name="predictor">The nodes.</param>
/// <param name="samples">What nodes measured to the client.</param>
public sealed class ClientRoundTrips(RoundTripPredictor predictor, RoundTripSample[] samples)
{
    private volatile Found? _located;

    /// <summary>Where the client lies; null where no node with a coordinate measured it.</summary>
    public LocatedClient? Location
    {
        get
        {
            // Located twice at the same time it is found in the same place.
            var located = _located ??= new Found(predictor.TryLocate(samples, out var client) ? client : null);
            return located.Value;
        }
    }

    /// <summary>Fills in the round trips to every node.</summary>
    /// <param name="roundTripsMs">Gets the round trip to each node, at its index, in milliseconds; NaN where nothing is known.</param>
    /// <param name="sources">Gets where each is from.</param>
    /// <exception cref="ArgumentException">A span is not as long as there are nodes.</exception>
    public void Fill(Span<double> roundTripsMs, Span<RoundTripSource> sources)
    {
        if (sources.Length != predictor.Count)
        {
            throw new ArgumentException($"There are {predictor.Count} nodes, not {sources.Length}.", nameof(sources));
        }

        if (Location is { } client)
        {
            predictor.Predict(client.Coordinate, roundTripsMs);
        }
        else
        {
            roundTripsMs.Fill(double.NaN);
        }

        for (var node = 0; node < sources.Length; node++)
        {
            sources[node] = double.IsNaN(roundTripsMs[node]) ? RoundTripSource.Unknown : RoundTripSource.Predicted;
        }

        foreach (var sample in samples)
        {
            if ((uint)sample.Node < (uint)sources.Length && sample.RoundTripMs >= 0)
            {
                (roundTripsMs[sample.Node], sources[sample.Node]) = (sample.RoundTripMs, RoundTripSource.Measured);
            }
        }
    }

    private sealed record Found(LocatedClient? Value);
}
