using System.Net;
using System.Net.Sockets;

namespace MuLambda.Protocol.Grpc;

/// <summary>Which gRPC status a failure of HTTP or the connection stands for.</summary>
internal static class GrpcErrors
{
    public static StatusCode FromHttpStatus(HttpStatusCode status) => (int)status switch
    {
        400 => StatusCode.Internal,
        401 => StatusCode.Unauthenticated,
        403 => StatusCode.PermissionDenied,
        404 => StatusCode.Unimplemented,
        429 or 502 or 503 or 504 => StatusCode.Unavailable,
        _ => StatusCode.Unknown,
    };

    public static GrpcException FromFailure(Exception failure, GrpcAddress address)
    {
        for (var e = failure; e is not null; e = e.InnerException)
        {
            if (e is HttpProtocolException protocol)
            {
                var status = IsLostConnection(protocol) ? StatusCode.Unavailable : FromHttp2Error(protocol.ErrorCode);
                return new GrpcException(status, $"{address}: {protocol.Message}", failure);
            }
        }

        var reason = failure.GetBaseException() is SocketException socket ? socket.SocketErrorCode.ToString() : failure.Message;
        return new GrpcException(StatusCode.Unavailable, $"{address} cannot be reached or closed the connection: {reason}", failure);
    }

    // HttpClient reports an unanswered ping as a protocol error of its own; only the setting it names tells it from the server's.
    private static bool IsLostConnection(HttpProtocolException e) =>
        e.Message.Contains(nameof(SocketsHttpHandler.KeepAlivePingDelay), StringComparison.Ordinal);

    // The codes of RFC 9113. NO_ERROR is a server that goes away in good order: another one may answer.
    private static StatusCode FromHttp2Error(long code) => code switch
    {
        0x0 or 0x7 => StatusCode.Unavailable,
        0x8 => StatusCode.Cancelled,
        0xB => StatusCode.ResourceExhausted,
        0xC => StatusCode.PermissionDenied,
        _ => StatusCode.Internal,
    };
}
