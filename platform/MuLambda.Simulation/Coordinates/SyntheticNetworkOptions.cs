namespace MuLambda.Simulation.Coordinates;

/// <summary>What a synthetic network is like. The defaults resemble what was measured between hosts of PlanetLab: see docs/coordinates.md.</summary>
public sealed record SyntheticNetworkOptions
{
    /// <summary>The cities hosts are in, spread over six continents by their shares of the internet's hosts.</summary>
    public int Cities { get; init; } = 120;

    /// <summary>The providers of a continent; the first have most of the hosts.</summary>
    public int ProvidersPerContinent { get; init; } = 6;

    /// <summary>
    /// How much longer than the great circle paths are, as the scatter of a lognormal factor that cities and providers of both
    /// ends have in common. It is what breaks the triangle inequality a little nearly everywhere.
    /// </summary>
    public double RouteScatter { get; init; } = 0.08;

    /// <summary>The share of pairs of cities and providers whose path makes a detour by a third city.</summary>
    public double DetourShare { get; init; } = 0.02;

    /// <summary>The scatter of a lognormal factor that each pair of hosts has to itself.</summary>
    public double PairScatter { get; init; } = 0.02;

    /// <summary>The median delay of an access link, both ways, in milliseconds.</summary>
    public double AccessMs { get; init; } = 2;

    /// <summary>The scatter of the access links' delays: lognormal, so that a few are ten times as slow.</summary>
    public double AccessScatter { get; init; } = 1;
}
