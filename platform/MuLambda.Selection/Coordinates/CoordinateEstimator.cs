using System.Runtime.Intrinsics;

namespace MuLambda.Selection.Coordinates;

/// <summary>
/// A node's own coordinate, moved by every round trip it measures as if a spring lay between it and its neighbour (Vivaldi, Dabek et
/// al. 2004, with height vectors and the adaptive timestep), held near the origin by gravity (Ledlie et al. 2007).
/// </summary>
/// <remarks>
/// Deterministic for a seed, allocates nothing after its construction, and takes whatever comes: what cannot be a round trip or a
/// coordinate is refused, and no update moves it farther than <see cref="CoordinateOptions.MaxStepMs"/>. Not for concurrent use.
/// </remarks>
public sealed class CoordinateEstimator
{
    /// <summary>A node that knows nothing expects to be all wrong.</summary>
    public const double LargestError = 1;

    // Sure of itself beyond measure, a node would stand still for ever and pull all others.
    private const double SmallestError = 0.01;
    private const double SmallestHeightMs = 1e-3;

    private readonly CoordinateOptions _options;
    private ulong _random;

    /// <summary>A node at the origin.</summary>
    /// <param name="options">How it learns.</param>
    /// <param name="seed">Decides where it goes when it lies exactly on a neighbour.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside of its limits.</exception>
    public CoordinateEstimator(CoordinateOptions options, long seed)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
        _random = (ulong)seed;
        Coordinate = new Coordinate(Vector512<double>.Zero, SmallestHeightMs);
    }

    /// <summary>Where it lies.</summary>
    public Coordinate Coordinate { get; private set; }

    /// <summary>How far off its predictions are, relatively: from almost 0 to <see cref="LargestError"/>.</summary>
    public double Error { get; private set; } = LargestError;

    /// <summary>Goes on from a coordinate known from before, such as the one the catalog has after a restart.</summary>
    /// <param name="coordinate">The coordinate.</param>
    /// <param name="error">How far off it is thought to be.</param>
    /// <returns>False where it is none: nothing changed.</returns>
    public bool TryResume(in Coordinate coordinate, double error)
    {
        if (!coordinate.IsValid || !(error >= 0))
        {
            return false;
        }

        Coordinate = coordinate with
        {
            Position = Vector512.ConditionalSelect(UsedDimensions(), coordinate.Position, Vector512<double>.Zero),
            HeightMs = Math.Max(coordinate.HeightMs, SmallestHeightMs),
        };
        Error = Math.Clamp(error, SmallestError, LargestError);
        return true;
    }

    /// <summary>Learns from a round trip.</summary>
    /// <param name="roundTripMs">The round trip, filtered (<see cref="MovingPercentile"/>), in milliseconds.</param>
    /// <param name="remote">Where the neighbour says it lies.</param>
    /// <param name="remoteError">How far off it says its predictions are.</param>
    /// <param name="share">How much of an update this is, above 0 to 1; less where one update goes by several neighbours.</param>
    /// <returns>False where it was refused: nothing changed.</returns>
    public bool Observe(double roundTripMs, in Coordinate remote, double remoteError, double share = 1)
    {
        if (!(roundTripMs > 0 && roundTripMs <= _options.MaxRoundTripMs)
            || !remote.IsValid || !(remoteError >= 0) || !(share is > 0 and <= 1))
        {
            return false;
        }

        var trust = Error / (Error + Math.Clamp(remoteError, SmallestError, LargestError));
        var predictedMs = Coordinate.RoundTripMs(Coordinate, remote);
        var missingMs = roundTripMs - predictedMs;
        if (Math.Abs(missingMs) <= _options.ResolutionMs)
        {
            missingMs = 0;
        }

        var sample = Math.Min(Math.Abs(missingMs) / Math.Max(roundTripMs, _options.ResolutionMs), LargestError);
        var errorStep = _options.ErrorStep * trust * share;
        Error = Math.Clamp((sample * errorStep) + (Error * (1 - errorStep)), SmallestError, LargestError);

        Push(remote, Math.Clamp(_options.Step * trust * missingMs, -_options.MaxStepMs, _options.MaxStepMs) * share);
        Sink(share);
        return true;
    }

    /// <summary>Moves away from a neighbour by so much, or towards it where it is negative.</summary>
    private void Push(in Coordinate remote, double stepMs)
    {
        if (stepMs == 0)
        {
            return;
        }

        var away = Coordinate.Position - remote.Position;
        var distance = Math.Sqrt(Vector512.Dot(away, away));
        var heights = Coordinate.HeightMs + remote.HeightMs;
        if (distance < 1e-6)
        {
            (away, distance) = (AnyDirection(), 1);
            if (stepMs < 0)
            {
                // Nearer than on the spot it cannot get; only the heights can shrink.
                away = Vector512<double>.Zero;
            }
        }

        // The unit vector of (difference of positions, sum of heights): the farther two access links make the distance, the more
        // of the step goes into the height.
        var length = distance + heights;
        Coordinate = new Coordinate(
            Vector512.Clamp(
                Coordinate.Position + (away * (stepMs / length)),
                Vector512.Create(-Coordinate.MaxMs),
                Vector512.Create(Coordinate.MaxMs)),
            Math.Clamp(Coordinate.HeightMs + (stepMs * heights / length), SmallestHeightMs, Coordinate.MaxMs));
    }

    private void Sink(double share)
    {
        var position = Coordinate.Position;
        var distance = Math.Sqrt(Vector512.Dot(position, position));
        if (distance > 0)
        {
            var relative = distance / _options.GravityMs;
            var pullMs = Math.Min(relative * relative * share, distance);
            Coordinate = Coordinate with { Position = position * (1 - (pullMs / distance)) };
        }
    }

    private Vector512<double> AnyDirection()
    {
        Span<double> direction = stackalloc double[Coordinate.MaxDimensions];
        direction.Clear();
        var squares = 0.0;
        while (!(squares is > 1e-4 and <= 1))
        {
            squares = 0;
            for (var d = 0; d < _options.Dimensions; d++)
            {
                direction[d] = (2 * NextRandom()) - 1;
                squares += direction[d] * direction[d];
            }
        }

        return Vector512.Create<double>(direction) / Math.Sqrt(squares);
    }

    private Vector512<double> UsedDimensions()
    {
        var lanes = Vector512.Create(0.0, 1, 2, 3, 4, 5, 6, 7);
        return Vector512.LessThan(lanes, Vector512.Create((double)_options.Dimensions));
    }

    // splitmix64
    private double NextRandom()
    {
        unchecked
        {
            var z = _random += 0x9E3779B97F4A7C15UL;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
            return ((z ^ (z >> 31)) >> 11) * (1.0 / (1UL << 53));
        }
    }
}
