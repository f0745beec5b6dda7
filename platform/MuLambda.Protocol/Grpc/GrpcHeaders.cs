namespace MuLambda.Protocol.Grpc;

/// <summary>Names and values of gRPC's HTTP headers and trailers.</summary>
public static class GrpcHeaders
{
    /// <summary>The media type of every gRPC message; a suffix (<c>+proto</c>) may follow.</summary>
    public const string ContentType = "application/grpc";

    /// <summary>The media type of gRPC-Web with binary messages, which needs no HTTP/2.</summary>
    public const string WebContentType = "application/grpc-web+proto";

    private const string WebPrefix = "application/grpc-web";

    /// <summary>Trailer with the number of the status.</summary>
    public const string Status = "grpc-status";

    /// <summary>Trailer with the percent-encoded message of the status.</summary>
    public const string Message = "grpc-message";

    /// <summary>Trailer with the milliseconds after which a call that failed may be tried again (gRFC A6).</summary>
    public const string RetryPushback = "grpc-retry-pushback-ms";

    /// <summary>Request header with the time the call may take.</summary>
    public const string Timeout = "grpc-timeout";

    /// <summary>Header naming the compression of the messages that are flagged as compressed.</summary>
    public const string Encoding = "grpc-encoding";

    /// <summary>Header listing the compressions the sender understands.</summary>
    public const string AcceptEncoding = "grpc-accept-encoding";

    /// <summary>Whether a content type is gRPC with protobuf messages.</summary>
    /// <param name="contentType">The header's value, possibly with parameters.</param>
    public static bool IsGrpc(string? contentType) => Is(contentType, ContentType);

    /// <summary>Whether a content type is gRPC-Web with binary protobuf messages.</summary>
    /// <param name="contentType">The header's value, possibly with parameters.</param>
    public static bool IsGrpcWeb(string? contentType) => Is(contentType, WebPrefix);

    private static bool Is(string? contentType, string type)
    {
        if (contentType is null || !contentType.StartsWith(type, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var rest = contentType.AsSpan(type.Length);
        var parameters = rest.IndexOf(';');
        rest = (parameters < 0 ? rest : rest[..parameters]).TrimEnd();
        return rest.IsEmpty || rest.Equals("+proto", StringComparison.OrdinalIgnoreCase);
    }
}
