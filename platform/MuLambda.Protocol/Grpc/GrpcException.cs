namespace MuLambda.Protocol.Grpc;

/// <summary>
/// A gRPC call that ended with another status than OK. A client gets it from a failed call; a server's handler
/// throws it to choose the status and message the caller sees.
/// </summary>
public sealed class GrpcException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="statusCode">The status; anything but <see cref="StatusCode.Ok"/>.</param>
    /// <param name="message">What is wrong, for the caller to read.</param>
    /// <param name="innerException">What caused it on this side of the wire, if anything did.</param>
    public GrpcException(StatusCode statusCode, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        ArgumentOutOfRangeException.ThrowIfEqual((int)statusCode, (int)StatusCode.Ok, nameof(statusCode));
        StatusCode = statusCode;
    }

    /// <summary>How the call ended.</summary>
    public StatusCode StatusCode { get; }

    /// <summary>
    /// When the call may be tried again, where that is known: what <c>grpc-retry-pushback-ms</c> says (gRFC A6). A server's handler sets it for its caller, a
    /// client finds what its server said.
    /// </summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether what answered a client was no gRPC at all: another server, or an error of one on the way. False where nothing answered.</summary>
    public bool IsForeign { get; init; }

    /// <summary>Metadata that a server's handler wants sent with the status; null for none. A client gets none here.</summary>
    public GrpcMetadata? Trailers { get; init; }
}
