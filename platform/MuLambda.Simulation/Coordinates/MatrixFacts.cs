namespace MuLambda.Simulation.Coordinates;

/// <summary>What a network is like, so that a made-up one can be held against a measured one.</summary>
/// <param name="Hosts">The number of hosts.</param>
/// <param name="P5Ms">The 5th percentile of the round trips, in milliseconds.</param>
/// <param name="MedianMs">Their median.</param>
/// <param name="P95Ms">Their 95th percentile.</param>
/// <param name="Violations">The share of triangles in which the way by the third host is shorter than the direct one.</param>
/// <param name="SevereViolations">The share in which the direct way takes more than one and a half times as long.</param>
public sealed record MatrixFacts(
    int Hosts, double P5Ms, double MedianMs, double P95Ms, double Violations, double SevereViolations)
{
    private const int Draws = 200_000;

    /// <summary>Looks at pairs and triangles drawn at random.</summary>
    /// <param name="matrix">The network, of at least three hosts.</param>
    /// <param name="seed">Decides which are drawn.</param>
    /// <returns>The facts.</returns>
    public static MatrixFacts Of(ILatencyMatrix matrix, int seed)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        ArgumentOutOfRangeException.ThrowIfLessThan(matrix.Count, 3, nameof(matrix));
        var random = new Random(seed);
        var roundTrips = new List<double>(Draws);
        var (triangles, violated, severely) = (0, 0, 0);
        Span<double> sides = stackalloc double[3];
        for (var i = 0; i < Draws; i++)
        {
            var (a, b, c) = (random.Next(matrix.Count), random.Next(matrix.Count), random.Next(matrix.Count));
            (sides[0], sides[1], sides[2]) = (matrix.RoundTripMs(a, b), matrix.RoundTripMs(b, c), matrix.RoundTripMs(a, c));
            if (a == b || b == c || a == c || double.IsNaN(sides[0] + sides[1] + sides[2]))
            {
                continue;
            }

            roundTrips.Add(sides[0]);
            sides.Sort();
            triangles++;
            violated += sides[2] > sides[0] + sides[1] ? 1 : 0;
            severely += sides[2] > 1.5 * (sides[0] + sides[1]) ? 1 : 0;
        }

        roundTrips.Sort();
        return new MatrixFacts(
            matrix.Count, Percentile.Of(roundTrips, 0.05), Percentile.Of(roundTrips, 0.5), Percentile.Of(roundTrips, 0.95),
            Share(violated, triangles), Share(severely, triangles));
    }

    private static double Share(int part, int whole) => whole == 0 ? double.NaN : (double)part / whole;
}
