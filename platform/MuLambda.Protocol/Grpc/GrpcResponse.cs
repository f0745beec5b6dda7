using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace MuLambda.Protocol.Grpc;

/// <summary>The HTTP side of an answer, as a client sees it.</summary>
internal static class GrpcResponse
{
    /// <summary>Looks at the headers: a call that failed at once ends here.</summary>
    /// <returns>How the answer's messages are compressed.</returns>
    /// <exception cref="GrpcException">The call's status, or what stands for an answer that is not gRPC.</exception>
    public static GrpcEncoding Begin(string path, HttpResponseMessage response, GrpcCallOptions? options)
    {
        // Where there is nothing but a status, the trailers come as the only headers.
        if (response.Headers.NonValidated.Contains(GrpcHeaders.Status))
        {
            ThrowUnlessOk(response.Headers, options);
        }

        if (response.StatusCode != HttpStatusCode.OK || !GrpcHeaders.IsGrpc(response.Content.Headers.ContentType?.MediaType))
        {
            var status = response.StatusCode == HttpStatusCode.OK ? StatusCode.Unknown : GrpcErrors.FromHttpStatus(response.StatusCode);
            throw new GrpcException(status, $"The answer to {path} is not gRPC: HTTP status {(int)response.StatusCode}, content type '{response.Content.Headers.ContentType}'.");
        }

        options?.OnHeaders?.Invoke(Metadata(response.Headers));
        return GrpcEncodings.Parse(Value(response.Headers, GrpcHeaders.Encoding));
    }

    /// <summary>Looks at the trailers, once the body has been read to its end.</summary>
    /// <exception cref="GrpcException">The call's status.</exception>
    public static void End(string path, HttpResponseMessage response, GrpcCallOptions? options)
    {
        if (response.TrailingHeaders.NonValidated.Contains(GrpcHeaders.Status))
        {
            ThrowUnlessOk(response.TrailingHeaders, options);
        }
        else if (!response.Headers.NonValidated.Contains(GrpcHeaders.Status))
        {
            throw new GrpcException(StatusCode.Unknown, $"The answer to {path} ends without a {GrpcHeaders.Status}.");
        }

        options?.OnTrailers?.Invoke(Metadata(response.TrailingHeaders));
    }

    private static void ThrowUnlessOk(HttpResponseHeaders headers, GrpcCallOptions? options)
    {
        var text = Value(headers, GrpcHeaders.Status);
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            throw new GrpcException(StatusCode.Unknown, $"The answer's {GrpcHeaders.Status} '{text}' is no number.");
        }

        if (number != (int)StatusCode.Ok)
        {
            options?.OnTrailers?.Invoke(Metadata(headers));
            throw new GrpcException(
                Enum.IsDefined((StatusCode)number) ? (StatusCode)number : StatusCode.Unknown,
                GrpcStatusText.Decode(Value(headers, GrpcHeaders.Message) ?? string.Empty))
            {
                RetryAfter = RetryAfter(headers),
            };
        }
    }

    // What is no number of milliseconds says not to try again at all, which is for the caller's own policy: here nothing is known.
    private static TimeSpan? RetryAfter(HttpResponseHeaders headers) =>
        int.TryParse(Value(headers, GrpcHeaders.RetryPushback), NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
            ? TimeSpan.FromMilliseconds(milliseconds)
            : null;

    private static string? Value(HttpResponseHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null;

    private static GrpcMetadata Metadata(HttpResponseHeaders headers)
    {
        var metadata = new GrpcMetadata();
        foreach (var (name, values) in headers.NonValidated)
        {
            foreach (var value in values)
            {
                metadata.AddReceived(name, value);
            }
        }

        return metadata;
    }
}
