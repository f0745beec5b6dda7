using System.Globalization;
using System.Text.Json;
using MuLambda.Protocol;

namespace MuLambda.Selector;

/// <summary>Writes problems as TensorFlow Serving and the Open Inference Protocol have them over REST: <c>{"error": "…"}</c>.</summary>
internal static class ErrorResults
{
    public static Task WriteAsync(HttpContext context, RequestException problem)
    {
        if (problem.RetryAfterSeconds is { } seconds)
        {
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        return WriteAsync(context, problem.Status, problem.Message);
    }

    public static async Task WriteAsync(HttpContext context, int status, string message)
    {
        using var body = new PooledBuffer();
        await using (var writer = new Utf8JsonWriter(body))
        {
            writer.WriteStartObject();
            writer.WriteString("error"u8, message);
            writer.WriteEndObject();
        }

        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body.WrittenMemory, context.RequestAborted);
    }
}
