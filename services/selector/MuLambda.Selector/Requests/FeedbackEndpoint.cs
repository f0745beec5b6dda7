using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace MuLambda.Selector;

/// <summary><c>POST /v1/feedback</c>: what a client tells of its requests, and the estimators learn from.</summary>
internal static class FeedbackEndpoint
{
    public static void MapFeedback(this IEndpointRouteBuilder routes) =>
        routes.MapPost(
                "/v1/feedback",
                (HttpContext context, SelectorTelemetry telemetry, TimeProvider time) =>
                    Endpoint.RunAsync(context, telemetry, time, "feedback", _ => AnswerAsync(context, telemetry)))
            .WithName("Feedback")
            .WithSummary("Tells how right the answer of a request was, how long it took, or that it failed. A list of up to 1000 is taken too.")
            .WithTags("Feedback")
            .WithJsonBody<FeedbackBody>()
            .Produces<FeedbackAnswer>()
            .Produces<ProblemDetails>(StatusCodes.Status400BadRequest, "application/problem+json")
            .Produces<ProblemDetails>(StatusCodes.Status404NotFound, "application/problem+json")
            .Produces<ProblemDetails>(StatusCodes.Status408RequestTimeout, "application/problem+json")
            .Produces<ProblemDetails>(StatusCodes.Status409Conflict, "application/problem+json")
            .Produces<ProblemDetails>(StatusCodes.Status413PayloadTooLarge, "application/problem+json")
            .Produces<ProblemDetails>(StatusCodes.Status429TooManyRequests, "application/problem+json");

    private static async Task AnswerAsync(HttpContext context, SelectorTelemetry telemetry)
    {
        var services = context.RequestServices;
        using var place = services.GetRequiredService<ConcurrencyGate>().Enter();
        var timeout = TimeSpan.FromMilliseconds(services.GetRequiredService<IOptions<SelectorOptions>>().Value.DefaultTimeoutMs);
        using var body = await BoundedBody.ReadAsync(context, FeedbackReader.MaxBytes, timeout);
        var (feedbacks, isList) = FeedbackReader.Read(body.WrittenSpan);
        var requests = services.GetRequiredService<RequestLog>();
        var results = feedbacks.Select(told =>
        {
            var result = requests.Tell(told.Id, told.Feedback);
            telemetry.Told(told.Feedback.Kinds, result.Status);
            return new FeedbackAnswer(told.Id.ToString(), result.Status, result.Detail);
        }).ToList();
        if (isList)
        {
            await context.Response.WriteAsJsonAsync(
                new FeedbackAnswers(results.Count(r => r.Status == StatusCodes.Status200OK), results),
                SelectorJson.Default.FeedbackAnswers, cancellationToken: context.RequestAborted);
            return;
        }

        var only = results[0];
        if (only.Detail is not null)
        {
            throw new RequestException(
                only.Status,
                only.Status == StatusCodes.Status404NotFound ? "There is no such request." : "The request is known that well already.",
                only.Detail);
        }

        await context.Response.WriteAsJsonAsync(only, SelectorJson.Default.FeedbackAnswer, cancellationToken: context.RequestAborted);
    }
}
