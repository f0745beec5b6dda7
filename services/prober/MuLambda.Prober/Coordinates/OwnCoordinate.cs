using Microsoft.Extensions.Options;
using MuLambda.Catalog;
using MuLambda.Prober.Options;
using MuLambda.Selection.Coordinates;

namespace MuLambda.Prober.Coordinates;

/// <summary>The node's coordinate: as learned, for peers that ask, and as the catalog is told, which moves seldom. Safe for concurrent use.</summary>
internal sealed class OwnCoordinate
{
    private readonly Lock _lock = new();
    private readonly CoordinateTracker<string> _tracker;
    private readonly StableCoordinate _stable = new();
    private readonly int _dimensions;
    private double _usualMs;
    private NodeCoordinate? _told;

    public OwnCoordinate(IOptions<ProberOptions> options)
    {
        var learning = CoordinateOptions.Default;
        _dimensions = learning.Dimensions;

        // Any seed does, as long as two nodes on one spot do not both go the same way.
        _tracker = new CoordinateTracker<string>(learning, (long)Rendezvous.Hash(options.Value.Node));
    }

    /// <summary>Where the node lies as it sees itself now.</summary>
    public NodeCoordinate Learned
    {
        get
        {
            lock (_lock)
            {
                return ToNoun(_tracker.Coordinate);
            }
        }
    }

    /// <summary>What the catalog should say; null before anything was learned.</summary>
    public NodeCoordinate? Told
    {
        get
        {
            lock (_lock)
            {
                return _told;
            }
        }
    }

    /// <summary>The neighbours learned from.</summary>
    public int Neighbours
    {
        get
        {
            lock (_lock)
            {
                return _tracker.Count;
            }
        }
    }

    /// <summary>Goes on from what the catalog knew before a restart, so that the node does not begin at the origin again.</summary>
    public void Resume(NodeCoordinate known)
    {
        lock (_lock)
        {
            if (_tracker.Count == 0 && NodeCoordinates.Read(known) is { } coordinate)
            {
                _tracker.TryResume(coordinate, known.Error);
            }
        }
    }

    /// <summary>Learns from a probe.</summary>
    /// <returns>False where the peer's answer is no coordinate, or the round trip is none.</returns>
    public bool Learn(string peer, TimeSpan roundTrip, NodeCoordinate remote)
    {
        lock (_lock)
        {
            if (NodeCoordinates.Read(remote) is not { } coordinate
                || !_tracker.Observe(peer, roundTrip.TotalMilliseconds, coordinate, remote.Error))
            {
                return false;
            }

            // Of all round trips measured lately, about the usual one.
            _usualMs = _usualMs == 0 ? roundTrip.TotalMilliseconds : (0.9 * _usualMs) + (0.1 * roundTrip.TotalMilliseconds);
            if (_stable.Follow(_tracker.Coordinate, _usualMs) && _stable.Current is { } told)
            {
                _told = ToNoun(told);
            }

            return true;
        }
    }

    /// <summary>Forgets a peer that is gone.</summary>
    public void Forget(string peer)
    {
        lock (_lock)
        {
            _tracker.Forget(peer);
        }
    }

    // Thousandths are enough, and make the line in the feed a third as long.
    private NodeCoordinate ToNoun(in Coordinate coordinate) => new(
        [.. coordinate.ToArray(_dimensions).Select(x => Math.Round(x, 3))],
        Math.Round(coordinate.HeightMs, 3),
        Math.Round(_tracker.Error, 3));
}
