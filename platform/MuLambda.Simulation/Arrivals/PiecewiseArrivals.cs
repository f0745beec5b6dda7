namespace MuLambda.Simulation;

/// <summary>
/// Poisson arrivals at a rate that is given by points, with straight lines between them: before the first and after the last it is theirs. Two points of one
/// time are a jump. By inversion (Cinlar, 1975): arrivals of rate 1 in a time that runs as fast as the rate is.
/// </summary>
public sealed class PiecewiseArrivals : ArrivalProcess
{
    private readonly RatePoint[] _points;

    /// <summary>Arrivals at a rate that changes.</summary>
    /// <param name="points">The points, in order of time, at least one.</param>
    /// <exception cref="ArgumentException">There is none, or one is before the one ahead of it.</exception>
    public PiecewiseArrivals(IReadOnlyList<RatePoint> points)
    {
        ArgumentNullException.ThrowIfNull(points);
        if (points.Count == 0)
        {
            throw new ArgumentException("points must hold at least one.", nameof(points));
        }

        for (var i = 0; i < points.Count; i++)
        {
            Checked.NonNegative(points[i].AtMs);
            Checked.NonNegative(points[i].PerSecond);
            if (i > 0 && points[i].AtMs < points[i - 1].AtMs)
            {
                throw new ArgumentException($"points[{i}] is before the one ahead of it.", nameof(points));
            }
        }

        _points = points[0].AtMs > 0 ? [points[0] with { AtMs = 0 }, .. points] : [.. points];
    }

    /// <summary>The points.</summary>
    public IReadOnlyList<RatePoint> Points => _points;

    /// <summary>The largest rate, a second.</summary>
    public double PeakPerSecond => _points.Max(point => point.PerSecond);

    /// <inheritdoc/>
    public override double MeanPerSecond => double.NaN;

    /// <summary>The rate at a time.</summary>
    /// <param name="atMs">Milliseconds since the client's begin.</param>
    /// <returns>Arrivals a second.</returns>
    public double PerSecond(double atMs)
    {
        var after = Array.FindIndex(_points, point => point.AtMs > atMs);
        if (after < 0)
        {
            return _points[^1].PerSecond;
        }

        var (from, to) = (_points[after - 1], _points[after]);
        return from.PerSecond + ((to.PerSecond - from.PerSecond) * (atMs - from.AtMs) / (to.AtMs - from.AtMs));
    }

    /// <inheritdoc/>
    public override IEnumerator<Arrival> Begin(RequestChance chance)
    {
        var (piece, atMs) = (0, 0.0);
        for (var draw = 0; ; draw++)
        {
            var left = chance.Exponential(draw);
            while (true)
            {
                var (endMs, perMs, slope) = Piece(piece, atMs);
                var takesMs = TimeUntil(left, perMs, slope);
                if (double.IsFinite(takesMs) && takesMs <= endMs - atMs)
                {
                    atMs += takesMs;
                    break;
                }

                if (double.IsPositiveInfinity(endMs))
                {
                    yield break;
                }

                var lengthMs = endMs - atMs;
                left = Math.Max(0, left - (perMs * lengthMs) - (slope * lengthMs * lengthMs / 2));
                (atMs, piece) = (endMs, piece + 1);
            }

            yield return new Arrival(atMs);
        }
    }

    // Where a piece ends, the rate at a time in it, and by how much that grows in a millisecond; both a millisecond.
    private (double EndMs, double PerMs, double Slope) Piece(int piece, double atMs)
    {
        if (piece >= _points.Length - 1)
        {
            return (double.PositiveInfinity, _points[^1].PerSecond / 1000, 0);
        }

        var (from, to) = (_points[piece], _points[piece + 1]);
        var slope = to.AtMs > from.AtMs ? (to.PerSecond - from.PerSecond) / 1000 / (to.AtMs - from.AtMs) : 0;
        return (to.AtMs, (from.PerSecond / 1000) + (slope * (atMs - from.AtMs)), slope);
    }

    // When so many have come: the root of perMs * t + slope * t^2 / 2 = count.
    private static double TimeUntil(double count, double perMs, double slope)
    {
        var square = (perMs * perMs) + (2 * slope * count);
        return square >= 0 && perMs + Math.Sqrt(square) is var sum && sum > 0 ? 2 * count / sum : double.PositiveInfinity;
    }
}
