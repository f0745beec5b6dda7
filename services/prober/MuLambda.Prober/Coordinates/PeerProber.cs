using Microsoft.Extensions.Options;
using MuLambda.Catalog;
using MuLambda.Catalog.Http;
using MuLambda.Prober.Options;
using MuLambda.Prober.Probes;
using MuLambda.Selection.Coordinates;

namespace MuLambda.Prober.Coordinates;

/// <summary>
/// Probes a constant number of other nodes' probers and learns the node's coordinate from what they answer. Half of them at least are drawn, the
/// same ones as long as they are there; the rest are the nearest.
/// </summary>
internal sealed partial class PeerProber(
    OwnCoordinate own,
    ProbeConnections connections,
    CatalogFeed feed,
    IOptions<ProberOptions> options,
    TimeProvider time,
    ILogger<PeerProber> logger) : BackgroundService
{
    /// <summary>Probes at a time: more would measure each other's wait.</summary>
    private const int Concurrency = 4;

    private const double NearShare = 0.25;

    private readonly ProberOptions _options = options.Value;
    private volatile IReadOnlyList<Peer> _peers = [];

    /// <summary>The peers as last seen.</summary>
    public IReadOnlyList<PeerStatus> Current =>
        [.. _peers.Select(peer => new PeerStatus(peer.Node, peer.Endpoint, peer.RoundTrip?.TotalMilliseconds, peer.Reason))];

    /// <summary>Follows the catalog and probes every peer once.</summary>
    internal async Task RoundAsync(CancellationToken cancellationToken)
    {
        Follow(feed.Current);
        await Parallel.ForEachAsync(
            _peers,
            new ParallelOptions { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellationToken },
            async (peer, token) => await ProbeAsync(peer, token));
    }

    /// <summary>The nodes to probe.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="options">Who this node is and how many it probes.</param>
    internal static IReadOnlyList<Node> Choose(CatalogSnapshot catalog, ProberOptions options)
    {
        var others = catalog.Nodes.Values
            .Where(node => node.Id != options.Node && node.ProbeEndpoint is not null)
            .ToDictionary(node => node.Id, StringComparer.Ordinal);
        if (others.Count <= options.Peers)
        {
            return [.. others.Values];
        }

        List<Node> chosen = [];
        if (NodeCoordinates.Read(catalog.Nodes.GetValueOrDefault(options.Node)?.Coordinate) is { } from)
        {
            chosen.AddRange(others.Values
                .Select(node => (Node: node, Coordinate: NodeCoordinates.Read(node.Coordinate)))
                .Where(pair => pair.Coordinate is not null)
                .OrderBy(pair => Coordinate.RoundTripMs(from, pair.Coordinate!.Value))
                .Take((int)(NearShare * options.Peers))
                .Select(pair => pair.Node));
        }

        foreach (var node in chosen)
        {
            others.Remove(node.Id);
        }

        chosen.AddRange(Rendezvous.Choose(options.Node, others.Keys, options.Peers - chosen.Count).Select(id => others[id]));
        return chosen;
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        foreach (var peer in _peers)
        {
            peer.Dispose();
        }

        _peers = [];
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_options.Peers == 0)
        {
            return;
        }

        try
        {
            var first = await feed.WaitForFirstSnapshotAsync(stoppingToken);
            if (first.Nodes.GetValueOrDefault(_options.Node)?.Coordinate is { } known)
            {
                own.Resume(known);
            }

            for (var round = 0; ; round++)
            {
                await RoundAsync(stoppingToken);

                // The first rounds follow each other quickly, so that a node soon knows roughly where it is.
                var wait = TimeSpan.FromSeconds(_options.ProbeSeconds) * (round < 5 ? 0.2 : 1);
                await Task.Delay(wait * (0.9 + (0.2 * Random.Shared.NextDouble())), time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private void Follow(CatalogSnapshot catalog)
    {
        var wanted = Choose(catalog, _options).ToDictionary(node => node.Id, node => node.ProbeEndpoint!, StringComparer.Ordinal);
        var kept = _peers.Where(peer => wanted.GetValueOrDefault(peer.Node) == peer.Endpoint).ToList();
        foreach (var peer in _peers.Except(kept))
        {
            peer.Dispose();
            if (!wanted.ContainsKey(peer.Node))
            {
                own.Forget(peer.Node);
            }
        }

        foreach (var (node, endpoint) in wanted.Where(pair => !kept.Exists(peer => peer.Node == pair.Key)))
        {
            if (connections.TryCreate(endpoint) is { } connection)
            {
                kept.Add(new Peer(node, endpoint, connection));
            }
        }

        _peers = kept;
    }

    private async Task ProbeAsync(Peer peer, CancellationToken cancellationToken)
    {
        var result = await peer.Connection.ProbeAsync(cancellationToken);
        var reason = Learn(peer, result);
        if (reason is not null && peer.Reason != reason)
        {
            LogNoRoundTrip(peer.Node, reason);
        }

        (peer.RoundTrip, peer.Reason) = (reason is null ? (result as ProbeResult.Answered)?.RoundTrip : null, reason);
    }

    /// <summary>Learns from a probe, or says why that is not possible.</summary>
    private string? Learn(Peer peer, ProbeResult result)
    {
        switch (result)
        {
            case ProbeResult.Answered answered:
                var answer = PeerAnswer.Read(answered.Body);
                return answer is null ? "It answers something else than a coordinate."
                    : answer.Node != peer.Node
                        ? $"The node '{answer.Node}' answers there: from here its address leads elsewhere. Set --advertise on it."
                    : own.Learn(peer.Node, answered.RoundTrip, answer.Coordinate) ? null
                    : "It answers a coordinate or a round trip that cannot be.";
            case ProbeResult.TimedOut timedOut:
                return $"It did not answer within {timedOut.Timeout.TotalSeconds:0.##} s.";
            case ProbeResult.Refused refused:
                return refused.Reason;
            default:
                return ((ProbeResult.Failed)result).Reason;
        }
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "The probe of node {Node} brought no round trip: {Reason}")]
    private partial void LogNoRoundTrip(string node, string reason);
}
