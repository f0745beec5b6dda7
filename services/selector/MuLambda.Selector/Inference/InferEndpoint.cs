using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using MuLambda.Protocol;
using MuLambda.Protocol.Rest;

namespace MuLambda.Selector;

/// <summary><c>POST /v1/clients/{client}:infer</c>: selects, forwards, answers.</summary>
internal static class InferEndpoint
{
    public static void MapInfer(this IEndpointRouteBuilder routes) =>
        routes.MapPost(
                "/v1/clients/{client}:infer",
                (string client, HttpContext context) => InferAsync(client, context))
            .WithName("Infer")
            .WithSummary("Answers TensorFlow Serving's predict body by the model that fits the client's criteria.")
            .WithTags("Inference")
            .WithPredictBody()
            .WithTimeoutAndPriority()
            .WithOutside()
            .Produces<JsonObject>()
            .Produces<ProblemDetails>(StatusCodes.Status400BadRequest, "application/problem+json")
            .Produces<ProblemDetails>(StatusCodes.Status404NotFound, "application/problem+json")
            .Produces<ProblemDetails>(StatusCodes.Status408RequestTimeout, "application/problem+json")
            .Produces<ProblemDetails>(StatusCodes.Status413PayloadTooLarge, "application/problem+json")
            .Produces<ProblemDetails>(StatusCodes.Status429TooManyRequests, "application/problem+json")
            .Produces<ProblemDetails>(StatusCodes.Status503ServiceUnavailable, "application/problem+json")
            .Produces<ProblemDetails>(StatusCodes.Status504GatewayTimeout, "application/problem+json");

    private static Task InferAsync(string client, HttpContext context)
    {
        var services = context.RequestServices;
        var time = services.GetRequiredService<TimeProvider>();
        return Endpoint.RunAsync(context, services.GetRequiredService<SelectorTelemetry>(), time, "infer", async arrived =>
        {
            var options = services.GetRequiredService<IOptions<SelectorOptions>>().Value;
            var terms = RequestTerms.Of(context.Request, services.GetRequiredService<Deadlines>().Of(context.Request, client));
            using var place = services.GetRequiredService<ConcurrencyGate>().Enter();
            using var body = await BoundedBody.ReadAsync(
                context, options.MaxRequestBytes, terms.Timeout.Usual, time.GetElapsedTime(arrived));
            var input = new JsonInput(body.WrittenMemory);
            var result = await services.GetRequiredService<Forwarder>().ForwardAsync(client, input, arrived, terms, context.RequestAborted);
            if (result.Forwarded is not { } forwarded)
            {
                await Endpoint.RefuseAsync(context, result.Refused!);
                return;
            }

            var elapsed = time.GetElapsedTime(arrived);
            DecisionHeaders.AddTook(context.Response.Headers, elapsed);
            DecisionHeaders.AddColdStart(context.Response.Headers, forwarded.ColdStart);
            await WriteAsync(context, forwarded, input.Format, elapsed);
        }, (status, elapsed) => services.GetRequiredService<SloTrackers>().Ended(client, status, elapsed));
    }

    private static async Task WriteAsync(HttpContext context, Forwarded forwarded, PredictJsonFormat format, TimeSpan elapsed)
    {
        using var answer = new PooledBuffer(4096);
        AnswerBody.Write(answer, forwarded, format, DecisionBody.Of(
            forwarded.Decision, forwarded.Id.ToString(),
            new ObservedBody(Figures.Round(elapsed.TotalMilliseconds), forwarded.Attempts), forwarded.ColdStart));
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = answer.Length;
        await context.Response.Body.WriteAsync(answer.WrittenMemory, context.RequestAborted);
    }
}
