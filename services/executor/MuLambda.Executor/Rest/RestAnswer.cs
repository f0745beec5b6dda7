using System.Buffers;
using System.IO.Compression;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Net.Http.Headers;
using MuLambda.Protocol;
using MuLambda.Protocol.Grpc;

namespace MuLambda.Executor.Rest;

/// <summary>Writes answers the way TensorFlow Serving does.</summary>
internal static class RestAnswer
{
    private const string ContentType = "application/json";

    // The answers are JSON and never part of a page: quotes and other letters stay as they are.
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // Below this an answer is sent as it is: compressing it costs more than it saves.
    private const int SmallestCompressedBytes = 1024;

    public static Task ErrorAsync(HttpContext context, StatusCode code, string message) =>
        ErrorAsync(context, StatusNames.HttpStatusOf(code), message);

    public static Task ErrorAsync(HttpContext context, int status, string message)
    {
        context.Response.StatusCode = status;
        return JsonAsync(context, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("error"u8, message);
            writer.WriteEndObject();
        });
    }

    public static Task JsonAsync(HttpContext context, Action<Utf8JsonWriter> write) => BodyAsync(context, output =>
    {
        using var writer = new Utf8JsonWriter(output, Readable);
        write(writer);
    });

    /// <summary>
    /// Writes a body straight into the response's pipe, or, where the caller takes gzip, into a buffer first: only a large
    /// answer is compressed.
    /// </summary>
    /// <param name="context">The request.</param>
    /// <param name="write">Writes the body; has written nothing where it throws.</param>
    public static async Task BodyAsync(HttpContext context, Action<IBufferWriter<byte>> write)
    {
        var response = context.Response;
        if (!AcceptsGzip(context.Request))
        {
            // The server sends it with the end of the answer, in one piece where it is small.
            write(new Body(context));
            return;
        }

        using var body = new PooledBuffer(1024);
        write(body);
        response.ContentType = ContentType;
        response.Headers.Vary = HeaderNames.AcceptEncoding;
        if (body.Length < SmallestCompressedBytes)
        {
            response.ContentLength = body.Length;
            await response.Body.WriteAsync(body.WrittenMemory, context.RequestAborted);
            return;
        }

        response.Headers.ContentEncoding = "gzip";
        await using var gzip = new GZipStream(response.Body, CompressionLevel.Fastest, leaveOpen: true);
        await gzip.WriteAsync(body.WrittenMemory, context.RequestAborted);
    }

    private static bool AcceptsGzip(HttpRequest request)
    {
        if (request.Headers.AcceptEncoding.Count == 0)
        {
            return false;
        }

        foreach (var encoding in request.GetTypedHeaders().AcceptEncoding)
        {
            if (encoding.Value.Equals("gzip", StringComparison.OrdinalIgnoreCase))
            {
                return encoding.Quality is not 0;
            }
        }

        return false;
    }

    /// <summary>The response's pipe, touched only when there is something to write.</summary>
    private sealed class Body(HttpContext context) : IBufferWriter<byte>
    {
        private IBufferWriter<byte> Output
        {
            get
            {
                if (field is null)
                {
                    context.Response.ContentType = ContentType;
                    field = context.Response.BodyWriter;
                }

                return field;
            }
        }

        public void Advance(int count) => Output.Advance(count);

        public Memory<byte> GetMemory(int sizeHint = 0) => Output.GetMemory(sizeHint);

        public Span<byte> GetSpan(int sizeHint = 0) => Output.GetSpan(sizeHint);
    }
}
