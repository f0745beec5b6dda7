using MuLambda.Catalog;
using MuLambda.Catalog.Metadata;
using MuLambda.Registry.Problems;
using MuLambda.Registry.Storage;

namespace MuLambda.Registry.Nodes;

/// <summary>The latency reports' part of the API.</summary>
internal static class LatencyEndpoints
{
    // 10,000 reports of some 250 bytes each, and room for long names.
    private const long MaxBytes = 8 * 1024 * 1024;

    public static void MapLatencies(this IEndpointRouteBuilder routes)
    {
        routes.MapPut("/v1/nodes/{node}/latencies", PutAsync)
            .WithTags("Nodes")
            .WithSummary("Reports the round trips a node measured; those of unknown clients are ignored.")
            .Accepts<IReadOnlyList<LatencyReport>>("application/json")
            .Produces(204).Refuses(400, 408, 413, 415, 503);
        routes.MapGet("/v1/latencies", ListAsync)
            .WithTags("Nodes")
            .WithSummary("Lists latency reports by node and client.")
            .Produces<IReadOnlyList<LatencyReport>>().TakesQuery("node", "client");
    }

    private static async Task<IResult> PutAsync(
        HttpContext context, string node, NounStore nouns, CancellationToken cancellationToken)
    {
        var reports = await RequestJson.ReadAsync(context, CatalogJson.Default.IReadOnlyListLatencyReport, MaxBytes);
        ProblemException.ThrowIfAny(CatalogValidation.Validate(node, reports));
        var puts = new List<StoreOperation>();
        foreach (var report in reports)
        {
            var existing = (await nouns.FindAsync(
                NounStore.LatencyKey(node, report.Client), CatalogJson.Default.LatencyReport, cancellationToken))?.Noun;
            if (existing is null || LatencyNews.IsNews(existing, report))
            {
                puts.Add(NounStore.Put(report));
            }
        }

        // One transaction, however many clients there are.
        if (puts.Count > 0)
        {
            await nouns.CommitAsync(puts, cancellationToken);
        }

        return TypedResults.NoContent();
    }

    private static async Task<IResult> ListAsync(
        NounStore nouns, string? node, string? client, CancellationToken cancellationToken)
    {
        var reports = (await nouns.ListAsync(CatalogKind.Latency, CatalogJson.Default.LatencyReport, cancellationToken))
            .Where(r => (node is null || r.Node == node) && (client is null || r.Client == client))
            .OrderBy(static r => r.Node, StringComparer.Ordinal)
            .ThenBy(static r => r.Client, StringComparer.Ordinal);
        return TypedResults.Json([.. reports], CatalogJson.Default.IReadOnlyListLatencyReport);
    }
}
