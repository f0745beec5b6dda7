using System.Text.Json;
using MuLambda.Protocol;
using MuLambda.Protocol.Grpc;

namespace MuLambda.Executor.Rest;

/// <summary>Writes answers the way TensorFlow Serving does.</summary>
internal static class RestAnswer
{
    private const string ContentType = "application/json";

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

    public static async Task JsonAsync(HttpContext context, Action<Utf8JsonWriter> write)
    {
        using var body = new PooledBuffer(1024);
        await using (var writer = new Utf8JsonWriter(body))
        {
            write(writer);
        }

        await BodyAsync(context, body);
    }

    public static async Task BodyAsync(HttpContext context, PooledBuffer body)
    {
        context.Response.ContentType = ContentType;
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body.WrittenMemory, context.RequestAborted);
    }
}
