using System.Globalization;
using Microsoft.AspNetCore.Mvc;

namespace MuLambda.Selector;

/// <summary><c>GET /v1/candidates</c>: what would be selected for a client now, and how every candidate stands.</summary>
internal static class CandidatesEndpoint
{
    public static void MapCandidates(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/candidates", (string? client, string? items, Selecting selecting) => Answer(client, items, selecting))
            .WithName("Candidates")
            .WithSummary("Shows what would be selected for a client now. Assigns nothing.")
            .WithTags("Selection")
            .Produces<CandidatesBody>()
            .Produces<ProblemDetails>(StatusCodes.Status400BadRequest, "application/problem+json")
            .Produces<ProblemDetails>(StatusCodes.Status404NotFound, "application/problem+json")
            .AddEndpointFilter(async (call, next) =>
            {
                try
                {
                    return await next(call);
                }
                catch (RequestException problem)
                {
                    await ProblemResults.WriteAsync(call.HttpContext, problem);
                    return Results.Empty;
                }
            });

    private static IResult Answer(string? client, string? items, Selecting selecting)
    {
        if (string.IsNullOrEmpty(client))
        {
            throw RequestException.Invalid("client", "is missing; it must be a client's id.");
        }

        var count = 1;
        if (items is not null
            && (!int.TryParse(items, NumberStyles.None, CultureInfo.InvariantCulture, out count)
                || count is < 1 or > SelectReader.MaxItems))
        {
            throw RequestException.Invalid("items", $"is '{items}'; it must be a number from 1 to {SelectReader.MaxItems}.");
        }

        var snapshot = selecting.Snapshot;
        var demand = Selecting.DemandOf(snapshot, client);
        var candidates = Explanations.Of(demand, selecting.Policy, selecting.Survey(demand, count));
        return Results.Json(
            new CandidatesBody(client, selecting.Policy, count, snapshot.Revision, candidates),
            SelectorJson.Default.CandidatesBody);
    }
}
