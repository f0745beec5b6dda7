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
    /// <summary>
    /// Measurements from which on predictions are used. One says how far the client is but not in which direction: who goes by that finds
    /// nodes no nearer than who draws one, and near nodes look far.
    /// </summary>
    public const int LeastSamples = 2;

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

    internal RoundTripPredictor Predictor => predictor;

    internal RoundTripSample[] Samples => samples;

    /// <summary>Fills in the round trips to every node.</summary>
    /// <param name="roundTripsMs">Gets the round trip to each node, at its index, in milliseconds; NaN where nothing is known.</param>
    /// <param name="sources">Gets where each is from.</param>
    /// <exception cref="ArgumentException">A span is not as long as there are nodes.</exception>
    public void Fill(Span<double> roundTripsMs, Span<RoundTripSource> sources)
    {
        if (roundTripsMs.Length != predictor.Count || sources.Length != predictor.Count)
        {
            throw new ArgumentException(
                $"There are {predictor.Count} nodes, not {roundTripsMs.Length} and {sources.Length}.", nameof(sources));
        }

        Predict(roundTripsMs, Mark(sources));
        for (var node = 0; node < sources.Length; node++)
        {
            if (sources[node] != RoundTripSource.Measured && !double.IsNaN(roundTripsMs[node]))
            {
                sources[node] = RoundTripSource.Predicted;
            }
        }

        Measure(roundTripsMs);
    }

    /// <summary>Fills in the round trips to every node, without their sources; for samples of which no two are of one node.</summary>
    /// <param name="roundTripsMs">Gets the round trip to each node, at its index, in milliseconds; NaN where nothing is known.</param>
    internal void Fill(Span<double> roundTripsMs)
    {
        Predict(roundTripsMs, measured: samples.Length);
        Measure(roundTripsMs);
    }

    /// <summary>The same after nodes changed their places.</summary>
    /// <param name="next">All nodes, at the same indices.</param>
    /// <param name="moved">Which of them lie elsewhere; the client does too where one of them measured it, or in a space of other dimensions.</param>
    /// <returns>The round trips.</returns>
    internal ClientRoundTrips With(RoundTripPredictor next, ReadOnlySpan<bool> moved)
    {
        var roundTrips = new ClientRoundTrips(next, samples);
        if (next.Dimensions != predictor.Dimensions)
        {
            return roundTrips;
        }

        foreach (var sample in samples)
        {
            if ((uint)sample.Node < (uint)moved.Length && moved[sample.Node])
            {
                return roundTrips;
            }
        }

        roundTrips._located = _located;
        return roundTrips;
    }

    // Where every node measured there is nothing to predict, and no need to know where the client lies.
    private void Predict(Span<double> roundTripsMs, int measured)
    {
        if (measured < predictor.Count && Location is { Samples: >= LeastSamples } client)
        {
            predictor.Predict(client.Coordinate, roundTripsMs);
        }
        else
        {
            roundTripsMs.Fill(double.NaN);
        }
    }

    private void Measure(Span<double> roundTripsMs)
    {
        foreach (var sample in samples)
        {
            if (IsMeasurement(sample))
            {
                roundTripsMs[sample.Node] = sample.RoundTripMs;
            }
        }
    }

    /// <summary>Marks the nodes that measured, and counts them.</summary>
    private int Mark(Span<RoundTripSource> sources)
    {
        sources.Clear();
        var measured = 0;
        foreach (var sample in samples)
        {
            if (IsMeasurement(sample) && sources[sample.Node] != RoundTripSource.Measured)
            {
                sources[sample.Node] = RoundTripSource.Measured;
                measured++;
            }
        }

        return measured;
    }

    private bool IsMeasurement(RoundTripSample sample) =>
        (uint)sample.Node < (uint)predictor.Count && sample.RoundTripMs >= 0;

    private sealed record Found(LocatedClient? Value);
}
