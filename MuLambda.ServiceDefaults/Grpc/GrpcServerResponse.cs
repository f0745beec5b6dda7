using System.Globalization;
using Microsoft.AspNetCore.Http;
using MuLambda.Protocol.Grpc;

namespace MuLambda.ServiceDefaults.Grpc;

/// <summary>The HTTP side of a gRPC answer.</summary>
internal static class GrpcServerResponse
{
    /// <summary>Checks that the request can be gRPC at all; where not, it is answered in plain HTTP.</summary>
    public static bool Begin(HttpContext context)
    {
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

        context.Response.ContentType = GrpcHeaders.ContentType;
        return true;
    }

    /// <summary>Ends the call with a status: in the headers while they are not sent, else in the trailers.</summary>
    public static void Fail(HttpContext context, StatusCode status, string message)
    {
        var number = ((int)status).ToString(CultureInfo.InvariantCulture);
        var text = GrpcStatusText.Encode(message);
        if (context.Response.HasStarted)
        {
            context.Response.AppendTrailer(GrpcHeaders.Status, number);
            context.Response.AppendTrailer(GrpcHeaders.Message, text);
        }
        else
        {
            context.Response.Headers[GrpcHeaders.Status] = number;
            context.Response.Headers[GrpcHeaders.Message] = text;
        }
    }
}
