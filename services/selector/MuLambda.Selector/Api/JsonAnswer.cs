using System.Buffers;

namespace MuLambda.Selector;

/// <summary>Answers with JSON that is written already.</summary>
internal static class JsonAnswer
{
    /// <summary>Copies it into the response, which the server sends when the request ends.</summary>
    public static void Write(HttpContext context, ReadOnlySpan<byte> json)
    {
        var response = context.Response;
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = json.Length;
        response.BodyWriter.Write(json);
    }
}
