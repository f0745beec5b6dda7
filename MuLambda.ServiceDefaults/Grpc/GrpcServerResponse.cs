using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using MuLambda.Protocol.Grpc;

namespace MuLambda.ServiceDefaults.Grpc;

/// <summary>The HTTP side of a gRPC answer.</summary>
internal static class GrpcServerResponse
{
    private static readonly StringValues ContentType = GrpcHeaders.ContentType;
    private static readonly StringValues WebContentType = GrpcHeaders.WebContentType;
    private static readonly StringValues Ok = "0";
    private static readonly KeyValuePair<string, string> Succeeded = new(GrpcHeaders.Status, "0");
    private static readonly KeyValuePair<string, string>[] OnlySucceeded = [Succeeded];

    /// <summary>Checks that the request can be gRPC at all; where not, it is answered in plain HTTP.</summary>
    public static bool Begin(HttpContext context, bool web = true)
    {
        if (web && GrpcHeaders.IsGrpcWeb(context.Request.ContentType))
        {
            context.Response.Headers.ContentType = WebContentType;
            return true;
        }

        if (!HttpProtocol.IsHttp2(context.Request.Protocol))
        {
            context.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
            context.Response.Headers.Upgrade = "HTTP/2";
            return false;
        }

        if (!GrpcHeaders.IsGrpc(context.Request.ContentType))
        {
            context.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return false;
        }

        context.Response.Headers.ContentType = ContentType;
        return true;
    }

    /// <summary>Whether the call is gRPC-Web, whose answer ends with its trailers in a frame of the body.</summary>
    public static bool IsWeb(HttpContext context) => context.Response.Headers.ContentType == WebContentType;

    /// <summary>The bytes that <see cref="Succeed"/> adds to the body of a gRPC-Web call.</summary>
    public static int SizeOfSuccess(GrpcMetadata? metadata) => GrpcWebFraming.SizeOfTrailers(WebTrailers(metadata));

    /// <summary>Ends a call that succeeded.</summary>
    public static void Succeed(HttpContext context, GrpcMetadata? metadata)
    {
        if (IsWeb(context))
        {
            GrpcWebFraming.WriteTrailers(context.Response.BodyWriter, WebTrailers(metadata));
            return;
        }

        var trailers = Trailers(context);
        trailers[GrpcHeaders.Status] = Ok;
        Add(trailers, metadata);
    }

    /// <summary>Ends the call with a status: in the headers while they are not sent, else in the trailers.</summary>
    public static void Fail(HttpContext context, StatusCode status, string message, TimeSpan? retryAfter = null, GrpcMetadata? metadata = null)
    {
        var inBody = context.Response.HasStarted && IsWeb(context);
        var headers = inBody ? new HeaderDictionary() : context.Response.HasStarted ? Trailers(context) : context.Response.Headers;
        headers[GrpcHeaders.Status] = ((int)status).ToString(CultureInfo.InvariantCulture);
        headers[GrpcHeaders.Message] = GrpcStatusText.Encode(message);
        if (retryAfter is { } wait)
        {
            headers[GrpcHeaders.RetryPushback] = Math.Clamp(Math.Ceiling(wait.TotalMilliseconds), 0, int.MaxValue).ToString("0", CultureInfo.InvariantCulture);
        }

        Add(headers, metadata);
        if (inBody)
        {
            GrpcWebFraming.WriteTrailers(
                context.Response.BodyWriter, [.. headers.SelectMany(header => header.Value, static (header, value) => KeyValuePair.Create(header.Key, value ?? string.Empty))]);
        }
    }

    /// <summary>Adds metadata to headers or trailers.</summary>
    public static void Add(IHeaderDictionary headers, GrpcMetadata? metadata)
    {
        if (metadata is not null)
        {
            foreach (var (name, value) in metadata)
            {
                headers.Append(name, value);
            }
        }
    }

    /// <summary>The metadata of a request.</summary>
    public static GrpcMetadata MetadataOf(HttpRequest request)
    {
        var metadata = new GrpcMetadata();
        foreach (var (name, values) in request.Headers)
        {
            foreach (var value in values)
            {
                metadata.AddReceived(name, value ?? string.Empty);
            }
        }

        return metadata;
    }

    private static KeyValuePair<string, string>[] WebTrailers(GrpcMetadata? metadata) =>
        metadata is { Count: > 0 } ? [Succeeded, .. metadata] : OnlySucceeded;

    private static IHeaderDictionary Trailers(HttpContext context) =>
        context.Features.GetRequiredFeature<IHttpResponseTrailersFeature>().Trailers;
}
