namespace MuLambda.Protocol.Grpc;

/// <summary>How a <see cref="GrpcChannel"/> connects, and its limits.</summary>
public sealed record GrpcChannelOptions
{
    /// <summary>
    /// Whether calls are gRPC-Web over HTTP/1.1. Each call then has a connection to itself while it lasts: fewer threads take part in it than in a
    /// stream of HTTP/2, but many at a time take many connections.
    /// </summary>
    public bool Web { get; init; }

    /// <summary>How long a connection attempt may take.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Silence on a connection with calls in flight after which it is pinged.</summary>
    public TimeSpan KeepAlivePingDelay { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a ping may go unanswered before the connection counts as lost.</summary>
    public TimeSpan KeepAlivePingTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Whether connections without calls are pinged too.</summary>
    public bool KeepAliveWithoutCalls { get; init; }

    /// <summary>How long a connection without calls is kept.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The deadline of unary calls that set none; null for none.</summary>
    public TimeSpan? DefaultTimeout { get; init; } = TimeSpan.FromSeconds(100);

    /// <summary>The largest response message in bytes.</summary>
    public int MaxReceiveBytes { get; init; } = GrpcFraming.DefaultMaxMessageBytes;

    /// <summary>The largest request message in bytes.</summary>
    public int MaxSendBytes { get; init; } = GrpcFraming.DefaultMaxMessageBytes;

    /// <summary>The clock of deadlines.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    internal void Validate()
    {
        ThrowIfNotPositive(ConnectTimeout, nameof(ConnectTimeout));
        ThrowIfNotPositive(KeepAlivePingDelay, nameof(KeepAlivePingDelay));
        ThrowIfNotPositive(KeepAlivePingTimeout, nameof(KeepAlivePingTimeout));
        ThrowIfNotPositive(IdleTimeout, nameof(IdleTimeout));
        ThrowIfNotPositive(DefaultTimeout ?? TimeSpan.MaxValue, nameof(DefaultTimeout));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxReceiveBytes);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxSendBytes);
        ArgumentNullException.ThrowIfNull(TimeProvider);
    }

    private static void ThrowIfNotPositive(TimeSpan value, string name) =>
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero, name);
}
