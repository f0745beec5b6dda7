using Microsoft.AspNetCore.OpenApi;
using MuLambda.Registry.Problems;

namespace MuLambda.Registry;

/// <summary>What the OpenAPI document says of the whole API and of its refusals.</summary>
internal static class ApiDocument
{
    public static void Describe(OpenApiOptions options) =>
        options.AddDocumentTransformer(static (document, _, _) =>
        {
            document.Info.Title = "MuLambda registry";
            document.Info.Version = "v1";
            document.Info.Description = "The catalog of models, deployments, executors, clients, nodes and selectors, who leads, and its change feed.";
            return Task.CompletedTask;
        });

    /// <summary>Documents that an operation is refused with a problem of each of the statuses.</summary>
    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder route, params ReadOnlySpan<int> statuses)
    {
        foreach (var status in statuses)
        {
            route.Produces<Problem>(status, Problem.ContentType);
        }

        return route;
    }
}
