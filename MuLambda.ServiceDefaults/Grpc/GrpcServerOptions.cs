using MuLambda.Protocol.Grpc;

namespace MuLambda.ServiceDefaults.Grpc;

/// <summary>Limits of a gRPC method.</summary>
public sealed record GrpcServerOptions
{
    /// <summary>The largest request message in bytes.</summary>
    public int MaxReceiveBytes { get; init; } = GrpcFraming.DefaultMaxMessageBytes;

    /// <summary>The largest response message in bytes.</summary>
    public int MaxSendBytes { get; init; } = GrpcFraming.DefaultMaxMessageBytes;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxReceiveBytes);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxSendBytes);
    }
}
