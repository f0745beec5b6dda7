using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using MuLambda.Protocol;

namespace MuLambda.Selector;

/// <summary><c>POST /v1/clients/{client}:infer</c>: selects, forwards, answers.</summary>
internal static class InferEndpoint
{
    private const string TimeoutHeader = "mulambda-timeout-ms";

    public static void MapInfer(this IEndpointRouteBuilder routes) =>
        routes.MapPost(
                "/v1/clients/{client}:infer",
                (string client, [FromHeader(Name = TimeoutHeader)] string? timeout, HttpContext context) =>
                    InferAsync(client, timeout, context))
            .WithName("Infer")
            .WithSummary("Answers TensorFlow Serving's predict body by the model that fits the client's criteria.")
            .WithTags("Inference")
            .WithPredictBody()
            .Produces<JsonObject>()
            .Produces<ProblemDetails>(StatusCodes.Status400BadRequest, "application/problem+json")
            .Produces<ProblemDetails>(StatusCodes.Status404NotFound, "application/problem+json")
            .Produces<ProblemDetails>(StatusCodes.Status413PayloadTooLarge, "application/problem+json")
            .Produces<ProblemDetails>(StatusCodes.Status429TooManyRequests, "application/problem+json")
            .Produces<ProblemDetails>(StatusCodes.Status502BadGateway, "application/problem+json")
            .Produces<ProblemDetails>(StatusCodes.Status503ServiceUnavailable, "application/problem+json")
            .Produces<ProblemDetails>(StatusCodes.Status504GatewayTimeout, "application/problem+json");

    private static Task InferAsync(string client, string? timeoutMs, HttpContext context)
    {
        var services = context.RequestServices;
        var time = services.GetRequiredService<TimeProvider>();
        return Endpoint.RunAsync(context, services.GetRequiredService<SelectorTelemetry>(), time, "infer", async arrived =>
        {
            var options = services.GetRequiredService<IOptions<SelectorOptions>>().Value;
            var timeout = TimeoutOf(timeoutMs, options);
            var gate = services.GetRequiredService<ConcurrencyGate>();
            if (!gate.TryEnter())
            {
                throw new RequestException(
                    StatusCodes.Status429TooManyRequests, "Too many requests at a time.",
                    $"The selector answers {gate.Limit} inferences at a time.") { RetryAfter = TimeSpan.FromSeconds(1) };
            }

            try
            {
                using var body = await BoundedBody.ReadAsync(context, options.MaxRequestBytes, context.RequestAborted);
                using var forwarded = await services.GetRequiredService<Forwarder>().ForwardAsync(
                    client, body.WrittenMemory, arrived, timeout, context.RequestAborted);
                await WriteAsync(context, forwarded, time.GetElapsedTime(arrived));
            }
            finally
            {
                gate.Leave();
            }
        });
    }

    private static async Task WriteAsync(HttpContext context, Forwarded forwarded, TimeSpan elapsed)
    {
        using var answer = new PooledBuffer(4096);
        await using (var writer = new Utf8JsonWriter(answer, new JsonWriterOptions { SkipValidation = true }))
        {
            writer.WriteStartObject();
            try
            {
                forwarded.Answer.WriteTensors(writer);
            }
            catch (InvalidDataException e)
            {
                throw new RequestException(
                    StatusCodes.Status502BadGateway, "The executor's answer cannot be written in the form of the request.", e.Message);
            }

            writer.WritePropertyName("decision");
            JsonSerializer.Serialize(
                writer,
                DecisionBody.Of(
                    forwarded.Decision, Guid.CreateVersion7().ToString(),
                    new ObservedBody(Figures.Round(elapsed.TotalMilliseconds), forwarded.Attempts)),
                SelectorJson.Default.DecisionBody);
            writer.WriteEndObject();
        }

        context.Response.ContentType = "application/json";
        context.Response.ContentLength = answer.Length;
        await context.Response.Body.WriteAsync(answer.WrittenMemory, context.RequestAborted);
    }

    private static TimeSpan TimeoutOf(string? header, SelectorOptions options)
    {
        if (header is null)
        {
            return TimeSpan.FromMilliseconds(options.DefaultTimeoutMs);
        }

        return int.TryParse(header, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
            && milliseconds is >= 1 and <= SelectorOptions.LongestTimeoutMs
            ? TimeSpan.FromMilliseconds(milliseconds)
            : throw RequestException.Invalid(
                TimeoutHeader, $"is '{header}'; it must be a number of milliseconds from 1 to {SelectorOptions.LongestTimeoutMs}.");
    }
}
