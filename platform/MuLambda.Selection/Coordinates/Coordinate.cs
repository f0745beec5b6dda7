using System.Runtime.Intrinsics;

namespace MuLambda.Selection.Coordinates;

/// <summary>
/// Where something lies in the space of round trips: a position in up to eight dimensions for the wide network, and a height
/// for the access link that every path to it goes through (Dabek et al. 2004, section 5.4).
/// </summary>
/// <remarks>
/// Dimensions that are not used are 0, so arithmetic need not know how many there are. Everything is in milliseconds.
/// </remarks>
/// <param name="Position">The position.</param>
/// <param name="HeightMs">The height; at least 0.</param>
public readonly record struct Coordinate(Vector512<double> Position, double HeightMs)
{
    /// <summary>The dimensions that a position may have.</summary>
    public const int MaxDimensions = 8;

    /// <summary>No coordinate is farther from the origin, and none higher: a minute, which no round trip takes.</summary>
    public const double MaxMs = 60_000;

    /// <summary>A coordinate from its parts.</summary>
    /// <param name="position">The position, one to <see cref="MaxDimensions"/> dimensions.</param>
    /// <param name="heightMs">The height.</param>
    /// <returns>The coordinate; not necessarily one that <see cref="IsValid"/>.</returns>
    /// <exception cref="ArgumentException">There are no dimensions, or too many.</exception>
    public static Coordinate Of(ReadOnlySpan<double> position, double heightMs)
    {
        if (position.Length is < 1 or > MaxDimensions)
        {
            throw new ArgumentException(
                $"A position has 1 to {MaxDimensions} dimensions, not {position.Length}.", nameof(position));
        }

        Span<double> lanes = stackalloc double[MaxDimensions];
        position.CopyTo(lanes);
        return new Coordinate(Vector512.Create<double>(lanes), heightMs);
    }

    /// <summary>Whether it can be reckoned with: finite, of a height that is not negative, within <see cref="MaxMs"/>.</summary>
    public bool IsValid =>
        Vector512.LessThanOrEqualAll(Vector512.Abs(Position), Vector512.Create(MaxMs)) && HeightMs is >= 0 and <= MaxMs;

    /// <summary>The round trip that two coordinates predict: the distance of the positions and both heights.</summary>
    /// <param name="one">One end.</param>
    /// <param name="other">The other end.</param>
    /// <returns>Milliseconds.</returns>
    public static double RoundTripMs(in Coordinate one, in Coordinate other)
    {
        var between = one.Position - other.Position;
        return Math.Sqrt(Vector512.Dot(between, between)) + one.HeightMs + other.HeightMs;
    }

    /// <summary>The position as a list.</summary>
    /// <param name="dimensions">How many dimensions are used, 1 to <see cref="MaxDimensions"/>.</param>
    /// <returns>One entry a dimension.</returns>
    public double[] ToArray(int dimensions)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimensions, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(dimensions, MaxDimensions);
        var position = new double[dimensions];
        for (var d = 0; d < dimensions; d++)
        {
            position[d] = Position[d];
        }

        return position;
    }
}
