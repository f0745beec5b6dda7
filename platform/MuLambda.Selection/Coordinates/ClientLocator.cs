namespace MuLambda.Selection.Coordinates;

/// <summary>
/// Finds the coordinate that explains round trips to known places best: least squares of the relative errors, in which a
/// measurement that fits the others badly counts less (Cauchy's weights), by Levenberg and Marquardt's method.
/// </summary>
/// <remarks>
/// A client only answers probes and keeps no coordinate. Several nodes probe it, and all that they measured is solved for at
/// once: no prober has to know of another, and anyone who has the reports finds the same place.
/// </remarks>
internal static class ClientLocator
{
    /// <summary>More measurements than these make the place no better.</summary>
    public const int MaxAnchors = 64;

    private const int MaxUnknowns = Coordinate.MaxDimensions + 1;
    private const int MaxSteps = 40;

    /// <summary>Round trips are not told apart below this; it also keeps relative errors of tiny ones sane.</summary>
    private const double ResolutionMs = 0.1;

    /// <summary>The relative error at which a measurement counts half, and from which on it counts as unexplained.</summary>
    private const double Tolerance = 0.25;

    /// <summary>The same on the way there: so wide that there are few valleys to end in by mistake.</summary>
    private const double WideTolerance = 2;

    /// <summary>So many of the nearest anchors are started from at most.</summary>
    private const int MaxNearStarts = 3;

    /// <summary>Up to so many times the measured round trip the error of a predicted one grows in proportion.</summary>
    private const double Linear = 1.5;

    private const double FirstDamping = 1e-3;
    private const double LargestDamping = 1e6;

    /// <summary>A step that makes the cost smaller by less than this share is the last.</summary>
    private const double Enough = 1e-5;

    /// <summary>Locates.</summary>
    /// <param name="anchors">The measurements, at most <see cref="MaxAnchors"/>.</param>
    /// <param name="dimensions">The dimensions of the space.</param>
    /// <param name="client">The place.</param>
    /// <returns>False where nothing was measured.</returns>
    public static bool TryLocate(ReadOnlySpan<Anchor> anchors, int dimensions, out LocatedClient client)
    {
        client = default;
        if (anchors.IsEmpty)
        {
            return false;
        }

        // The cost has several valleys. Amid all anchors and close to the nearest are the two starts that matter; where the place found
        // leaves a measurement unexplained there may be a better one, and the next nearest are tried.
        Span<double> amid = stackalloc double[dimensions + 1];
        Amid(anchors, amid);
        Span<double> place = stackalloc double[dimensions + 1];
        amid.CopyTo(place);
        var cost = Descend(anchors, place);
        Span<double> tried = stackalloc double[dimensions + 1];
        var nearestMs = 0.0;
        for (var start = 0; start < MaxNearStarts && (start == 0 || !ExplainsAll(anchors, place)); start++)
        {
            var next = NextNearest(anchors, nearestMs);
            if (next < 0)
            {
                break;
            }

            nearestMs = anchors[next].RoundTripMs;
            Near(anchors[next], amid, tried);
            var after = Descend(anchors, tried);
            if (after < cost)
            {
                cost = after;
                tried.CopyTo(place);
            }
        }

        var coordinate = Coordinate.Of(place[..dimensions], place[dimensions]);
        client = new LocatedClient(coordinate, anchors.Length, MedianError(anchors, coordinate));
        return true;
    }

    private static void Amid(ReadOnlySpan<Anchor> anchors, Span<double> amid)
    {
        var dimensions = amid.Length - 1;
        var total = 0.0;
        amid.Clear();
        foreach (ref readonly var anchor in anchors)
        {
            var weight = 1 / Scale(anchor.RoundTripMs);
            total += weight;
            for (var d = 0; d < dimensions; d++)
            {
                amid[d] += weight * anchor.Coordinate.Position[d];
            }
        }

        for (var d = 0; d < dimensions; d++)
        {
            amid[d] /= total;
        }
    }

    private static void Near(in Anchor anchor, ReadOnlySpan<double> amid, Span<double> near)
    {
        var dimensions = near.Length - 1;
        for (var d = 0; d < dimensions; d++)
        {
            // Exactly on the anchor there is no direction to go.
            near[d] = (0.95 * anchor.Coordinate.Position[d]) + (0.05 * amid[d]);
        }

        near[dimensions] = Math.Max(anchor.RoundTripMs - anchor.Coordinate.HeightMs, 0);
    }

    /// <summary>The nearest anchor that is farther than so far; -1 where there is none.</summary>
    private static int NextNearest(ReadOnlySpan<Anchor> anchors, double thanMs)
    {
        var next = -1;
        for (var i = 0; i < anchors.Length; i++)
        {
            if (anchors[i].RoundTripMs > thanMs && (next < 0 || anchors[i].RoundTripMs < anchors[next].RoundTripMs))
            {
                next = i;
            }
        }

        return next;
    }

    private static bool ExplainsAll(ReadOnlySpan<Anchor> anchors, ReadOnlySpan<double> place)
    {
        var coordinate = Coordinate.Of(place[..^1], place[^1]);
        foreach (ref readonly var anchor in anchors)
        {
            if (Math.Abs(RelativeError(anchor, coordinate)) > Tolerance)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Goes downhill from a place and answers the cost where it ends.</summary>
    private static double Descend(ReadOnlySpan<Anchor> anchors, Span<double> place)
    {
        Descend(anchors, place, WideTolerance);
        return Descend(anchors, place, Tolerance);
    }

    private static double Descend(ReadOnlySpan<Anchor> anchors, Span<double> place, double tolerance)
    {
        var unknowns = place.Length;
        Span<double> matrix = stackalloc double[MaxUnknowns * MaxUnknowns];
        Span<double> gradient = stackalloc double[MaxUnknowns];
        Span<double> step = stackalloc double[MaxUnknowns];
        Span<double> tried = stackalloc double[unknowns];
        var cost = Cost(anchors, place, tolerance);
        var damping = FirstDamping;
        for (var i = 0; i < MaxSteps && damping < LargestDamping; i++)
        {
            Linearise(anchors, place, tolerance, matrix, gradient);
            if (!NormalEquations.TrySolve(matrix, gradient, unknowns, damping, step))
            {
                damping *= 8;
                continue;
            }

            for (var u = 0; u < unknowns; u++)
            {
                tried[u] = Math.Clamp(place[u] - step[u], -Coordinate.MaxMs, Coordinate.MaxMs);
            }

            tried[unknowns - 1] = Math.Max(tried[unknowns - 1], 0);
            var after = Cost(anchors, tried, tolerance);
            if (!(after < cost))
            {
                damping *= 8;
                continue;
            }

            tried.CopyTo(place);
            var enough = cost - after <= Enough * cost;
            cost = after;
            damping = Math.Max(damping / 8, 1e-9);
            if (enough)
            {
                break;
            }
        }

        return cost;
    }

    private static double Cost(ReadOnlySpan<Anchor> anchors, ReadOnlySpan<double> place, double tolerance)
    {
        var coordinate = Coordinate.Of(place[..^1], place[^1]);
        var cost = 0.0;
        foreach (ref readonly var anchor in anchors)
        {
            var error = RelativeError(anchor, coordinate) / tolerance;
            cost += Math.Log(1 + (error * error));
        }

        return cost;
    }

    /// <summary>The weighted normal equations around a place.</summary>
    private static void Linearise(
        ReadOnlySpan<Anchor> anchors, ReadOnlySpan<double> place, double tolerance, Span<double> matrix, Span<double> gradient)
    {
        var unknowns = place.Length;
        matrix.Clear();
        gradient.Clear();
        var coordinate = Coordinate.Of(place[..^1], place[^1]);
        Span<double> slope = stackalloc double[MaxUnknowns];
        foreach (ref readonly var anchor in anchors)
        {
            var between = coordinate.Position - anchor.Coordinate.Position;
            var error = RelativeError(anchor, coordinate);
            var relative = error / tolerance;
            var weight = 1 / (1 + (relative * relative));
            var distance = Coordinate.RoundTripMs(anchor.Coordinate, coordinate)
                - anchor.Coordinate.HeightMs - coordinate.HeightMs;

            var scale = Scale(anchor.RoundTripMs);
            var ratio = (distance + anchor.Coordinate.HeightMs + coordinate.HeightMs) / scale;
            var steep = (ratio <= Linear ? 1 : Linear * Linear / (ratio * ratio)) / scale;
            for (var d = 0; d < unknowns - 1; d++)
            {
                slope[d] = distance > 0 ? between[d] * steep / distance : 0;
            }

            slope[unknowns - 1] = steep;
            for (var row = 0; row < unknowns; row++)
            {
                gradient[row] += weight * slope[row] * error;
                for (var column = 0; column <= row; column++)
                {
                    matrix[(row * MaxUnknowns) + column] += weight * slope[row] * slope[column];
                }
            }
        }

        // A height of 0 that would fall is held: the others are solved for without it.
        if (place[^1] <= 0 && gradient[unknowns - 1] > 0)
        {
            var row = unknowns - 1;
            matrix.Slice(row * MaxUnknowns, row).Clear();
            gradient[row] = 0;
        }
    }

    private static double MedianError(ReadOnlySpan<Anchor> anchors, in Coordinate coordinate)
    {
        Span<double> errors = stackalloc double[MaxAnchors];
        for (var i = 0; i < anchors.Length; i++)
        {
            errors[i] = Math.Abs(RelativeError(anchors[i], coordinate));
        }

        var sorted = errors[..anchors.Length];
        sorted.Sort();
        return sorted[sorted.Length / 2];
    }

    // Relative to the measured round trip; beyond half as much again it grows ever less, up to two: else one measurement that is twenty
    // times too small would outweigh all others.
    private static double RelativeError(in Anchor anchor, in Coordinate coordinate)
    {
        var ratio = Coordinate.RoundTripMs(anchor.Coordinate, coordinate) / Scale(anchor.RoundTripMs);
        return ratio <= Linear
            ? ratio - (anchor.RoundTripMs / Scale(anchor.RoundTripMs)) : (2 * Linear) - 1 - (Linear * Linear / ratio);
    }

    private static double Scale(double roundTripMs) => Math.Max(roundTripMs, ResolutionMs);
}
