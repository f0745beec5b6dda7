namespace MuLambda.Protocol.Grpc;

/// <summary>What one call sets apart from its channel.</summary>
public sealed record GrpcCallOptions
{
    /// <summary>How long the call may take; the earlier of this and <see cref="Deadline"/> counts.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>When the call must have ended; the earlier of this and <see cref="Timeout"/> counts.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>Metadata sent with the request.</summary>
    public GrpcMetadata Metadata { get; init; } = [];

    /// <summary>How the request is compressed. A server that speaks gzip too may answer in kind.</summary>
    public GrpcEncoding Encoding { get; init; }

    /// <summary>The largest response message in bytes; the channel's limit when not set.</summary>
    public int? MaxReceiveBytes { get; init; }

    /// <summary>Gets the metadata that comes before the answer, unless the call fails at once.</summary>
    public Action<GrpcMetadata>? OnHeaders { get; init; }

    /// <summary>Gets the metadata that comes with the status, whatever that is.</summary>
    public Action<GrpcMetadata>? OnTrailers { get; init; }
}
