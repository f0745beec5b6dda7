using Microsoft.AspNetCore.Http;
using MuLambda.Protocol.Grpc;

namespace MuLambda.ServiceDefaults.Grpc;

/// <summary>Limits of a gRPC method.</summary>
public sealed record GrpcServerOptions
{
    /// <summary>The largest request message in bytes, compressed or not.</summary>
    public int MaxReceiveBytes { get; init; } = GrpcFraming.DefaultMaxMessageBytes;

    /// <summary>The largest message of the answer in bytes, before compression.</summary>
    public int MaxSendBytes { get; init; } = GrpcFraming.DefaultMaxMessageBytes;

    /// <summary>How long a call may take whose caller sets no earlier deadline; it then ends as DEADLINE_EXCEEDED. Null for no end.</summary>
    public TimeSpan? MaxDuration { get; init; }

    /// <summary>
    /// How long a caller may take to send its message; the call then ends as DEADLINE_EXCEEDED. Null, or an answer of null, for as long as
    /// the call may take. A <see cref="GrpcException"/> refuses the call.
    /// </summary>
    public Func<HttpContext, TimeSpan?>? ReadTimeout { get; init; }

    /// <summary>
    /// Asked before a call's message is read; what it returns is disposed when the call has been answered by its handler. A
    /// <see cref="GrpcException"/> refuses the call. Null admits every call.
    /// </summary>
    public Func<IDisposable>? Admit { get; init; }

    /// <summary>
    /// Whether gRPC-Web is answered too, which comes over HTTP/1.1 where a service's REST is. Not for a method that only those may call who reach its gRPC.
    /// </summary>
    public bool Web { get; init; } = true;

    /// <summary>Told how each call ended, and how long it took.</summary>
    public Action<StatusCode, TimeSpan>? Ended { get; init; }

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxReceiveBytes);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxSendBytes);
        if (MaxDuration is { } duration)
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(duration, TimeSpan.Zero, nameof(MaxDuration));
        }
    }
}
