namespace MuLambda.Selection.Coordinates;

/// <summary>
/// A node's coordinate as it follows from all its neighbours: filters what each link measures, and lets every new round trip move
/// the coordinate by all that is remembered, the older and the farther the less (neighbour decay, Ledlie et al. 2007). A neighbour that
/// is heard of more often than others then pulls no harder.
/// </summary>
/// <remarks>Not for concurrent use. Nothing is allocated but for a neighbour that is new.</remarks>
/// <typeparam name="TPeer">What tells neighbours apart.</typeparam>
public sealed class CoordinateTracker<TPeer>
    where TPeer : notnull
{
    /// <summary>
    /// Errors matter in proportion to the round trip, and springs pull in proportion to the error: without this the far neighbours would
    /// decide where among the near ones a node lies. Neighbours nearer than this count about the same.
    /// </summary>
    private const double NearMs = 10;

    private readonly CoordinateOptions _options;
    private readonly CoordinateEstimator _estimator;
    private readonly Dictionary<TPeer, int> _places;
    private readonly List<Neighbour> _neighbours;
    private long _clock;

    /// <summary>A node that has no neighbour yet.</summary>
    /// <param name="options">How it learns.</param>
    /// <param name="seed">Where its chance starts.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside of its limits.</exception>
    public CoordinateTracker(CoordinateOptions options, long seed)
    {
        _estimator = new CoordinateEstimator(options, seed);
        _options = options;
        _places = [];
        _neighbours = [];
    }

    /// <summary>Where the node lies.</summary>
    public Coordinate Coordinate => _estimator.Coordinate;

    /// <summary>How far off its predictions are, relatively, from almost 0 to 1.</summary>
    public double Error => _estimator.Error;

    /// <summary>The neighbours remembered.</summary>
    public int Count => _neighbours.Count;

    /// <summary>Goes on from a coordinate known from before.</summary>
    /// <param name="coordinate">The coordinate.</param>
    /// <param name="error">How far off it is thought to be.</param>
    /// <returns>False where it is none: nothing changed.</returns>
    public bool TryResume(in Coordinate coordinate, double error) => _estimator.TryResume(coordinate, error);

    /// <summary>Learns from a round trip.</summary>
    /// <param name="peer">The neighbour measured.</param>
    /// <param name="roundTripMs">The round trip as measured, in milliseconds.</param>
    /// <param name="remote">Where the neighbour says it lies.</param>
    /// <param name="remoteError">How far off it says its predictions are.</param>
    /// <returns>False where it was refused, for a figure that cannot be: nothing changed.</returns>
    public bool Observe(TPeer peer, double roundTripMs, in Coordinate remote, double remoteError)
    {
        if (!(roundTripMs > 0 && roundTripMs <= _options.MaxRoundTripMs) || !remote.IsValid || !(remoteError >= 0))
        {
            return false;
        }

        var neighbour = Remember(peer);
        neighbour.Filter.Add(roundTripMs);
        (neighbour.Coordinate, neighbour.Error, neighbour.HeardAt) = (remote, remoteError, ++_clock);

        var oldest = _clock;
        foreach (var other in _neighbours)
        {
            oldest = Math.Min(oldest, other.HeardAt);
        }

        var total = 0.0;
        foreach (var other in _neighbours)
        {
            total += Weight(other, oldest);
        }

        foreach (var other in _neighbours)
        {
            _estimator.Observe(other.Filter.Value, other.Coordinate, other.Error, Weight(other, oldest) / total);
        }

        return true;
    }

    /// <summary>Forgets a neighbour that is gone.</summary>
    /// <param name="peer">The neighbour.</param>
    /// <returns>False where it was not remembered.</returns>
    public bool Forget(TPeer peer)
    {
        if (!_places.Remove(peer, out var place))
        {
            return false;
        }

        var last = _neighbours[^1];
        _neighbours.RemoveAt(_neighbours.Count - 1);
        if (place < _neighbours.Count)
        {
            _neighbours[place] = last;
            _places[last.Peer] = place;
        }

        return true;
    }

    /// <summary>The round trip to a neighbour, filtered.</summary>
    /// <param name="peer">The neighbour.</param>
    /// <returns>Milliseconds; NaN for one that is not remembered.</returns>
    public double RoundTripMs(TPeer peer) =>
        _places.TryGetValue(peer, out var place) ? _neighbours[place].Filter.Value : double.NaN;

    private static double Weight(Neighbour neighbour, long oldest) =>
        (neighbour.HeardAt - oldest + 1) / (NearMs + neighbour.Filter.Value);

    private Neighbour Remember(TPeer peer)
    {
        if (_places.TryGetValue(peer, out var place))
        {
            return _neighbours[place];
        }

        if (_neighbours.Count >= _options.Neighbours)
        {
            Forget(_neighbours.MinBy(neighbour => neighbour.HeardAt)!.Peer);
        }

        var added = new Neighbour(peer, new MovingPercentile(_options.FilterSamples, _options.FilterPercentile));
        _places[peer] = _neighbours.Count;
        _neighbours.Add(added);
        return added;
    }

    private sealed class Neighbour(TPeer peer, MovingPercentile filter)
    {
        public TPeer Peer => peer;

        public MovingPercentile Filter => filter;

        public Coordinate Coordinate { get; set; }

        public double Error { get; set; }

        public long HeardAt { get; set; }
    }
}
