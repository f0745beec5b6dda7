using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using MuLambda.Protocol.Grpc;

namespace MuLambda.ServiceDefaults.Grpc;

/// <summary>The call a handler answers. Not to be used after the handler has ended.</summary>
public sealed class GrpcServerContext
{
    private readonly int _maxSendBytes;
    private bool _hasBegun;
    private List<IDisposable>? _owned;
    private GrpcMetadata? _headers;
    private GrpcMetadata? _trailers;

    internal GrpcServerContext(
        HttpContext httpContext, int maxSendBytes, long arrived, TimeSpan? timeout, DateTimeOffset? deadline, CancellationToken cancellationToken)
    {
        Arrived = arrived;
        Timeout = timeout;
        HttpContext = httpContext;
        _maxSendBytes = maxSendBytes;
        Deadline = deadline;
        CancellationToken = cancellationToken;
    }

    /// <summary>The HTTP request.</summary>
    public HttpContext HttpContext { get; }

    /// <summary>When the call arrived, by the timestamp of the service's time.</summary>
    public long Arrived { get; }

    /// <summary>How long the caller waits from then, or null where it did not say.</summary>
    public TimeSpan? Timeout { get; }

    /// <summary>When the caller stops waiting, or null where it did not say.</summary>
    public DateTimeOffset? Deadline { get; }

    /// <summary>
    /// Fires when the deadline or <see cref="GrpcServerOptions.MaxDuration"/> passes or the caller goes away; a handler's waits
    /// must honour it.
    /// </summary>
    public CancellationToken CancellationToken { get; }

    /// <summary>The metadata the caller sent.</summary>
    public GrpcMetadata RequestMetadata => field ??= GrpcServerResponse.MetadataOf(HttpContext.Request);

    /// <summary>Metadata sent before the first message of the answer; what is added later is not sent.</summary>
    public GrpcMetadata ResponseHeaders => _headers ??= [];

    /// <summary>Metadata sent with the status, whatever that is.</summary>
    public GrpcMetadata ResponseTrailers => _trailers ??= [];

    /// <summary>
    /// How the call ends instead of with an answer; null for none. A handler that sets it ends the call as if it had thrown it, and what it returns is not sent:
    /// for refusals that come by thousands, each of which would cost several times what an answer does as an exception.
    /// </summary>
    public GrpcException? Failure { get; set; }

    /// <summary>How the messages of the answer are compressed.</summary>
    internal GrpcEncoding ResponseEncoding { get; set; }

    /// <summary>
    /// Keeps something until the answer has been written, or the call has failed, and disposes it then: the memory that the
    /// answer's message only borrows.
    /// </summary>
    /// <param name="resource">What to dispose.</param>
    public void DisposeAfterAnswer(IDisposable resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        (_owned ??= []).Add(resource);
    }

    /// <summary>Adds a message to the answer; the first one follows the headers.</summary>
    internal void Write(IMessage message)
    {
        Begin();
        GrpcFraming.Write(HttpContext.Response.BodyWriter, message, _maxSendBytes, ResponseEncoding);
    }

    /// <summary>Writes the only message of the answer.</summary>
    internal void WriteOnly(IMessage message)
    {
        // With its length known the body goes in one piece over HTTP/1.1.
        if (ResponseEncoding == GrpcEncoding.Identity && GrpcServerResponse.IsWeb(HttpContext) && message.CalculateSize() is var size && size <= _maxSendBytes)
        {
            HttpContext.Response.ContentLength = (long)GrpcFraming.HeaderBytes + size + GrpcServerResponse.SizeOfSuccess(_trailers);
        }

        Write(message);
    }

    internal void Succeed()
    {
        Begin();
        GrpcServerResponse.Succeed(HttpContext, _trailers);
    }

    internal void Fail(StatusCode status, string message, TimeSpan? retryAfter) =>
        GrpcServerResponse.Fail(HttpContext, status, message, retryAfter, _trailers);

    internal void Release()
    {
        foreach (var resource in _owned ?? [])
        {
            resource.Dispose();
        }
    }

    private void Begin()
    {
        if (_hasBegun)
        {
            return;
        }

        _hasBegun = true;
        var headers = HttpContext.Response.Headers;
        if (ResponseEncoding == GrpcEncoding.Gzip)
        {
            headers[GrpcHeaders.Encoding] = GrpcEncodings.Gzip;
        }

        GrpcServerResponse.Add(headers, _headers);
    }
}
