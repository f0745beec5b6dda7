using Microsoft.AspNetCore.Mvc;
using MuLambda.Scaling;

namespace MuLambda.Selector;

/// <summary><c>GET /v1/demand</c>: what is asked of the models, as a stream of lines, for whoever decides how many replicas there shall be.</summary>
internal static class DemandEndpoint
{
    public static void MapDemand(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/demand", async (HttpContext context, DemandStream demand) =>
            {
                try
                {
                    await demand.WriteAsync(context);
                }
                catch (RequestException problem)
                {
                    await ProblemResults.WriteAsync(context, problem);
                }
            })
            .WithName("Demand")
            .WithSummary("Tells the demand for the models: a line at an interval, and one at once when a request begins to wait for a cold start.")
            .WithTags("Scaling")
            .Produces<DemandReport>(StatusCodes.Status200OK, DemandStream.ContentType)
            .Produces<ProblemDetails>(StatusCodes.Status503ServiceUnavailable, "application/problem+json");
}
