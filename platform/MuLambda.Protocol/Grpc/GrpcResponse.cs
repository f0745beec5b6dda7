using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace MuLambda.Protocol.Grpc;

/// <summary>The HTTP side of an answer, as a client sees it.</summary>
internal static class GrpcResponse
{
    /// <summary>Looks at the headers: a call that failed at once ends here.</summary>
    /// <param name="path">The method.</param>
    /// <param name="response">The answer.</param>
    /// <param name="isWeb">Whether it must be gRPC-Web.</param>
    /// <param name="options">Whom to tell the metadata.</param>
    /// <param name="encoding">How the answer's messages are compressed.</param>
    /// <returns>The call's status where it failed, or what stands for an answer that is not gRPC; null where messages may follow.</returns>
    public static GrpcException? Begin(string path, HttpResponseMessage response, bool isWeb, GrpcCallOptions? options, out GrpcEncoding encoding)
    {
        encoding = GrpcEncoding.Identity;

        // Where there is nothing but a status, the trailers come as the only headers.
        if (response.Headers.NonValidated.Contains(GrpcHeaders.Status) && FailureOf(response.Headers, options) is { } failure)
        {
            return failure;
        }

        var type = response.Content.Headers.ContentType?.MediaType;
        if (response.StatusCode != HttpStatusCode.OK || !(isWeb ? GrpcHeaders.IsGrpcWeb(type) : GrpcHeaders.IsGrpc(type)))
        {
            var status = response.StatusCode == HttpStatusCode.OK ? StatusCode.Unknown : GrpcErrors.FromHttpStatus(response.StatusCode);
            return new GrpcException(status, $"The answer to {path} is not gRPC: HTTP status {(int)response.StatusCode}, content type '{response.Content.Headers.ContentType}'.")
            {
                IsForeign = true,
            };
        }

        options?.OnHeaders?.Invoke(Metadata(response.Headers));
        encoding = GrpcEncodings.Parse(Value(response.Headers, GrpcHeaders.Encoding));
        return null;
    }

    /// <summary>Looks at the trailers, once the body has been read to its end.</summary>
    /// <returns>The call's status where it failed.</returns>
    public static GrpcException? End(string path, HttpResponseMessage response, GrpcCallOptions? options)
    {
        if (response.TrailingHeaders.NonValidated.Contains(GrpcHeaders.Status))
        {
            if (FailureOf(response.TrailingHeaders, options) is { } failure)
            {
                return failure;
            }
        }
        else if (!response.Headers.NonValidated.Contains(GrpcHeaders.Status))
        {
            return new GrpcException(StatusCode.Unknown, $"The answer to {path} ends without a {GrpcHeaders.Status}.");
        }

        options?.OnTrailers?.Invoke(Metadata(response.TrailingHeaders));
        return null;
    }

    private static GrpcException? FailureOf(HttpResponseHeaders headers, GrpcCallOptions? options)
    {
        var text = Value(headers, GrpcHeaders.Status);
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return new GrpcException(StatusCode.Unknown, $"The answer's {GrpcHeaders.Status} '{text}' is no number.");
        }

        if (number == (int)StatusCode.Ok)
        {
            return null;
        }

        options?.OnTrailers?.Invoke(Metadata(headers));
        return new GrpcException(
            Enum.IsDefined((StatusCode)number) ? (StatusCode)number : StatusCode.Unknown,
            GrpcStatusText.Decode(Value(headers, GrpcHeaders.Message) ?? string.Empty))
        {
            RetryAfter = RetryAfter(headers),
        };
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
