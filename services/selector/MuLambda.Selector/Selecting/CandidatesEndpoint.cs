using System.Globalization;
using Microsoft.AspNetCore.Mvc;

namespace MuLambda.Selector;

/// <summary><c>GET /v1/candidates</c>: what would be selected for a client now, and how every candidate stands.</summary>
internal static class CandidatesEndpoint
{
    public static void MapCandidates(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/candidates", (string? client, string? items, HttpContext context, Selecting selecting, Deadlines deadlines) =>
                Answer(client, items, context.Request, selecting, deadlines))
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

    private static IResult Answer(string? client, string? items, HttpRequest request, Selecting selecting, Deadlines deadlines)
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
        var prospects = selecting.Survey(demand, count);
        var cold = selecting.SurveyCold(snapshot, demand, count, prospects, deadlines.Of(request, client));
        return Results.Json(
            new CandidatesBody(client, selecting.Policy, count, snapshot.Revision, Explanations.Beside(Explanations.Of(demand, selecting.Policy, prospects), cold), cold),
            SelectorJson.Default.CandidatesBody);
    }
}
