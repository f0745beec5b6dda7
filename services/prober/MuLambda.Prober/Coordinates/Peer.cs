using MuLambda.Prober.Probes;

namespace MuLambda.Prober.Coordinates;

/// <summary>Another prober that this one measures.</summary>
/// <param name="node">Its node.</param>
/// <param name="endpoint">Its probe endpoint.</param>
/// <param name="connection">The connection to it.</param>
internal sealed class Peer(string node, string endpoint, ProbeConnection connection) : IDisposable
{
    public string Node => node;

    public string Endpoint => endpoint;

    public ProbeConnection Connection => connection;

    /// <summary>The last round trip; null where the last probe brought none.</summary>
    public TimeSpan? RoundTrip { get; set; }

    /// <summary>Why the last probe brought none; null where it did.</summary>
    public string? Reason { get; set; }

    public void Dispose() => connection.Dispose();
}
