namespace MuLambda.Simulation.Coordinates;

/// <summary>
/// A network of hosts made up from a seed: cities on a globe, providers that do not always take the short way, access links in front of
/// every host. Any round trip is worked out when it is asked for.
/// </summary>
/// <remarks>
/// Light takes 1 ms there and back for 100 km of fibre, and fibre lies along the great circle one and a half times. A path
/// between two hosts costs that, times what the routing between their cities and providers adds, plus both access links. Nothing in
/// it is a Euclidean distance: the globe is curved, and routes are stretched and detoured at random.
/// </remarks>
public sealed class SyntheticNetwork : ILatencyMatrix
{
    private const double EarthKm = 6371;
    private const double KmPerMs = 100;
    private const double Stretch = 1.5;
    private const double WithinCityMs = 0.6;

    // Latitude and longitude of the middle, their scatter, and the share of hosts: North America, Europe, East Asia, South America,
    // South Asia with the Middle East, Oceania.
    private static readonly (double Latitude, double Longitude, double Scatter, double Share)[] Continents =
    [
        (39, -95, 12, 0.33), (49, 9, 8, 0.32), (32, 120, 10, 0.18), (-22, -52, 9, 0.07), (22, 72, 9, 0.06), (-32, 148, 7, 0.04),
    ];

    private readonly SyntheticNetworkOptions _options;
    private readonly ulong _seed;
    private readonly (double X, double Y, double Z)[] _cities;
    private readonly int[] _continentOfCity;
    private readonly int[] _city;
    private readonly int[] _provider;
    private readonly double[] _accessMs;

    /// <summary>Makes a network up.</summary>
    /// <param name="hosts">The number of hosts.</param>
    /// <param name="seed">Decides everything.</param>
    /// <param name="options">What it is like; null for the defaults.</param>
    public SyntheticNetwork(int hosts, long seed, SyntheticNetworkOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(hosts, 1);
        _options = options ?? new SyntheticNetworkOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.Cities, Continents.Length, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.ProvidersPerContinent, 1, nameof(options));
        _seed = Hashing.Mix(0, (ulong)seed);
        _cities = new (double, double, double)[_options.Cities];
        _continentOfCity = new int[_options.Cities];
        for (var city = 0; city < _cities.Length; city++)
        {
            _continentOfCity[city] = city < Continents.Length ? city : ContinentOf(Hashing.Uniform(Of(1, city)));
            _cities[city] = Place(Continents[_continentOfCity[city]], Of(2, city));
        }

        _city = new int[hosts];
        _provider = new int[hosts];
        _accessMs = new double[hosts];
        var citiesOf = Enumerable.Range(0, _cities.Length).ToLookup(city => _continentOfCity[city]);
        for (var host = 0; host < hosts; host++)
        {
            var continent = ContinentOf(Hashing.Uniform(Of(3, host)));
            var cities = citiesOf[continent].ToArray();

            // Squaring makes the first of a list the largest.
            _city[host] = cities[(int)(cities.Length * Math.Pow(Hashing.Uniform(Of(4, host)), 2))];
            _provider[host] = (continent * _options.ProvidersPerContinent)
                + (int)(_options.ProvidersPerContinent * Math.Pow(Hashing.Uniform(Of(5, host)), 2));
            _accessMs[host] = _options.AccessMs * Math.Exp(_options.AccessScatter * Hashing.Normal(Of(6, host)));
        }
    }

    /// <inheritdoc/>
    public int Count => _city.Length;

    /// <inheritdoc/>
    public double RoundTripMs(int one, int other)
    {
        if (one == other)
        {
            return 0;
        }

        // To the last digit the same both ways.
        (one, other) = (Math.Min(one, other), Math.Max(one, other));

        var route = Hashing.MixPair(
            Of(7, 0), (_city[one] * 1024) + _provider[one], (_city[other] * 1024) + _provider[other]);
        var distanceMs = FibreMs(_city[one], _city[other]);
        if (Hashing.Uniform(Hashing.Mix(route, 3)) < _options.DetourShare)
        {
            var via = (int)(_cities.Length * Hashing.Uniform(Hashing.Mix(route, 4)));
            distanceMs = FibreMs(_city[one], via) + FibreMs(via, _city[other]);
        }

        var factor = Math.Exp(
            (_options.RouteScatter * Hashing.Normal(Hashing.Mix(route, 5)))
            + (_options.PairScatter * Hashing.Normal(Hashing.MixPair(Of(8, 0), one, other))));
        return ((distanceMs + WithinCityMs) * factor) + _accessMs[one] + _accessMs[other];
    }

    /// <summary>A host moves to another city, as when its machine fails over to another site.</summary>
    /// <param name="host">The host.</param>
    /// <param name="seed">Decides where to.</param>
    public void Move(int host, int seed) =>
        _city[host] = (int)(_cities.Length * Hashing.Uniform(Hashing.Mix(Of(9, host), (ulong)seed)));

    private static int ContinentOf(double uniform)
    {
        var continent = 0;
        for (; continent < Continents.Length - 1 && uniform >= Continents[continent].Share; continent++)
        {
            uniform -= Continents[continent].Share;
        }

        return continent;
    }

    private static (double X, double Y, double Z) Place(
        (double Latitude, double Longitude, double Scatter, double Share) continent, ulong hash)
    {
        var latitude = (continent.Latitude + (continent.Scatter * Hashing.Normal(hash))) * Math.PI / 180;
        var longitude = (continent.Longitude + (1.6 * continent.Scatter * Hashing.Normal(Hashing.Mix(hash, 9)))) * Math.PI / 180;
        return (Math.Cos(latitude) * Math.Cos(longitude), Math.Cos(latitude) * Math.Sin(longitude), Math.Sin(latitude));
    }

    private double FibreMs(int one, int other)
    {
        var ((x, y, z), (u, v, w)) = (_cities[one], _cities[other]);
        var angle = Math.Acos(Math.Clamp((x * u) + (y * v) + (z * w), -1, 1));
        return angle * EarthKm * Stretch / KmPerMs;
    }

    private ulong Of(ulong aspect, int index) => Hashing.Mix(Hashing.Mix(_seed, aspect), (ulong)index);
}
