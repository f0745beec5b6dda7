using Microsoft.AspNetCore.Http;

namespace MuLambda.ServiceDefaults.Grpc;

/// <summary>The call a handler answers.</summary>
public sealed class GrpcServerContext
{
    internal GrpcServerContext(HttpContext httpContext, DateTimeOffset? deadline, CancellationToken cancellationToken)
    {
        HttpContext = httpContext;
        Deadline = deadline;
        CancellationToken = cancellationToken;
    }

    /// <summary>The HTTP request; its headers are the call's metadata. Not to be used after the handler has ended.</summary>
    public HttpContext HttpContext { get; }

    /// <summary>When the caller stops waiting, or null where it did not say.</summary>
    public DateTimeOffset? Deadline { get; }

    /// <summary>Fires when the deadline passes or the caller goes away; a handler's waits must honour it.</summary>
    public CancellationToken CancellationToken { get; }
}
