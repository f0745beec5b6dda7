using Microsoft.AspNetCore.Mvc;

namespace MuLambda.Selector;

/// <summary><c>POST /v1/select</c>: the decision, for a client that calls the executor itself.</summary>
internal static class SelectEndpoint
{
    public static void MapSelect(this IEndpointRouteBuilder routes)
    {
        // Made with the first request: before the start its options have not been validated.
        SelectHandler? handler = null;
        var answer = Task (HttpContext context) =>
            (handler ??= context.RequestServices.GetRequiredService<SelectHandler>()).HandleAsync(context);
        routes.MapPost("/v1/select", (Delegate)answer)
            .WithName("Select")
            .WithSummary("Selects an executor for a request that the caller will send to it itself.")
            .WithTags("Selection")
            .WithJsonBody<SelectBody>()
            .WithExplainParameter()
            .WithTimeoutAndPriority()
            .Produces<DecisionBody>()
            .Produces<ProblemDetails>(StatusCodes.Status400BadRequest, "application/problem+json")
            .Produces<ProblemDetails>(StatusCodes.Status404NotFound, "application/problem+json")
            .Produces<ProblemDetails>(StatusCodes.Status408RequestTimeout, "application/problem+json")
            .Produces<ProblemDetails>(StatusCodes.Status413PayloadTooLarge, "application/problem+json")
            .Produces<ProblemDetails>(StatusCodes.Status429TooManyRequests, "application/problem+json")
            .Produces<ProblemDetails>(StatusCodes.Status503ServiceUnavailable, "application/problem+json")
            .Produces<ProblemDetails>(StatusCodes.Status504GatewayTimeout, "application/problem+json");
    }
}
