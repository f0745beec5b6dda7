using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using MuLambda.Catalog;
using MuLambda.Scaling;

namespace MuLambda.Selector;

/// <summary><c>GET /v1/clients/{client}/slo</c>: how a client's objective stands by what this selector saw; the registry tells of all of them.</summary>
internal static class SloEndpoint
{
    public static void MapSlo(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/clients/{client}/slo", AnswerAsync)
            .WithName("Slo")
            .WithSummary("Tells how a client's objective stands by what this selector saw.")
            .WithTags("Objectives")
            .Produces<SloStatus>()
            .Produces<ProblemDetails>(StatusCodes.Status404NotFound, "application/problem+json");

    private static async Task AnswerAsync(
        string client, HttpContext context, SloTrackers trackers, CatalogFollower catalog, IOptions<SelectorOptions> options, TimeProvider time)
    {
        if (trackers.Find(client) is not { } tracker)
        {
            await ProblemResults.WriteAsync(context, catalog.Clients.ContainsKey(client)
                ? new RequestException(
                    StatusCodes.Status404NotFound, "There is no objective.", $"The client '{client}' has no objective (slo) that is tracked.")
                : RequestException.UnknownClient(client));
            return;
        }

        var report = tracker.Report(options.Value.Id);
        await context.Response.WriteAsJsonAsync(
            SloStatuses.Of(client, report.Slo, [report], time.GetUtcNow()),
            CatalogJson.Default.SloStatus, cancellationToken: context.RequestAborted);
    }
}
