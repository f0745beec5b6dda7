using MuLambda.Protocol.Grpc;

namespace MuLambda.ServiceDefaults.Grpc;

/// <summary>Limits of a gRPC method.</summary>
public sealed record GrpcServerOptions
{
    /// <summary>The largest request message in bytes.</summary>
    public int MaxReceiveBytes { get; init; } = GrpcFraming.DefaultMaxMessageBytes;

    /// <summary>The largest response message in bytes.</summary>
    public int MaxSendBytes { get; init; } = GrpcFraming.DefaultMaxMessageBytes;

    /// <summary>
    /// Asked before a call's message is read; what it returns is disposed when the call has been answered by its handler. A
    /// <see cref="GrpcException"/> refuses the call. Null admits every call.
    /// </summary>
    public Func<IDisposable>? Admit { get; init; }

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxReceiveBytes);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxSendBytes);
    }
}
