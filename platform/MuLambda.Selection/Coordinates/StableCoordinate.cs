using System.Runtime.Intrinsics;

namespace MuLambda.Selection.Coordinates;

/// <summary>
/// The coordinate that others are told. It stays while the one learned only trembles, and follows once the mean of the last updates lies
/// clearly elsewhere (Ledlie et al. 2007 call it the application-level coordinate).
/// </summary>
/// <remarks>Not for concurrent use; allocates nothing after its construction.</remarks>
public sealed class StableCoordinate
{
    /// <summary>The updates that the mean is over.</summary>
    public const int Window = 16;

    /// <summary>A move by less than this share of the usual round trip changes no prediction that matters.</summary>
    public const double Share = 0.05;

    /// <summary>Nor does one by less than this, in milliseconds.</summary>
    public const double FloorMs = 0.1;

    private readonly Coordinate[] _last = new Coordinate[Window];
    private int _count;

    /// <summary>The coordinate to tell; null before the first.</summary>
    public Coordinate? Current { get; private set; }

    /// <summary>Follows the coordinate learned.</summary>
    /// <param name="learned">The coordinate after an update.</param>
    /// <param name="usualMs">A usual round trip from here, in milliseconds, that a move is measured by.</param>
    /// <returns>True where <see cref="Current"/> changed.</returns>
    public bool Follow(in Coordinate learned, double usualMs)
    {
        _last[_count % Window] = learned;
        _count++;
        var kept = Math.Min(_count, Window);
        var (position, heightMs) = (Vector512<double>.Zero, 0.0);
        foreach (ref readonly var one in _last.AsSpan(0, kept))
        {
            position += one.Position;
            heightMs += one.HeightMs;
        }

        var mean = new Coordinate(position / kept, heightMs / kept);
        if (Current is { } known)
        {
            var between = mean.Position - known.Position;
            var movedMs = Math.Sqrt(Vector512.Dot(between, between)) + Math.Abs(mean.HeightMs - known.HeightMs);
            if (!(movedMs > Math.Max(FloorMs, Share * usualMs)))
            {
                return false;
            }
        }

        Current = mean;
        return true;
    }
}
