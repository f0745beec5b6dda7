namespace MuLambda.Protocol.Grpc;

/// <summary>What one call sets apart from its channel.</summary>
public sealed record GrpcCallOptions
{
    /// <summary>How long the call may take; the earlier of this and <see cref="Deadline"/> counts.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>When the call must have ended; the earlier of this and <see cref="Timeout"/> counts.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>Request metadata: lower-case names and ASCII values.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Metadata { get; init; } = [];

    /// <summary>The largest response message in bytes; the channel's limit when not set.</summary>
    public int? MaxReceiveBytes { get; init; }
}
