using System.Net;
using MuLambda.Catalog;
using MuLambda.Catalog.Metadata;
using MuLambda.Registry.Problems;
using MuLambda.Registry.Storage;
using MuLambda.Scaling;

namespace MuLambda.Registry.Slos;

/// <summary>The objectives' part of the API: what selectors counted, and what it is together.</summary>
internal static class SloEndpoints
{
    /// <summary>How long a report stands that its selector does not repeat, so that what a selector saw that is gone counts for a while.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(1);

    // 1000 reports of 8 KiB: few have more than some dozen buckets of latencies that are not empty.
    private const long MaxBytes = 8 * 1024 * 1024;

    public static void MapSlos(this IEndpointRouteBuilder routes)
    {
        routes.MapPut("/v1/selectors/{selector}/slos", PutAsync)
            .WithTags("Objectives")
            .WithSummary("Reports what a selector saw of clients' objectives; reports on unknown clients are ignored.")
            .Accepts<IReadOnlyList<SloReport>>("application/json")
            .Produces(204).Refuses(400, 408, 413, 415, 503);
        routes.MapGet("/v1/selectors/{selector}/slos", ReportsAsync)
            .WithTags("Objectives")
            .WithSummary("Lists the reports of a selector by client.")
            .Produces<IReadOnlyList<SloReport>>();
        routes.MapGet("/v1/slos", ListAsync)
            .WithTags("Objectives")
            .WithSummary("Lists how the clients' objectives stand, by client.")
            .Produces<IReadOnlyList<SloStatus>>();
        routes.MapGet("/v1/clients/{client}/slo", GetAsync)
            .WithTags("Objectives")
            .WithSummary("Tells how a client's objective stands, over all selectors.")
            .Produces<SloStatus>().Refuses(404);
    }

    private static async Task<IResult> PutAsync(
        HttpContext context, string selector, NounStore nouns, TimeProvider time, CancellationToken cancellationToken)
    {
        var reports = await RequestJson.ReadAsync(context, CatalogJson.Default.IReadOnlyListSloReport, MaxBytes);
        ProblemException.ThrowIfAny(CatalogValidation.Validate(selector, reports));

        // By this clock for all: selectors' clocks differ.
        var now = time.GetUtcNow();
        StoreOperation[] puts = [.. reports.Select(report => NounStore.Put(report with { ReportedAt = now }))];
        if (puts.Length > 0)
        {
            await nouns.CommitAsync(puts, cancellationToken);
        }

        return TypedResults.NoContent();
    }

    private static async Task<IResult> ReportsAsync(NounStore nouns, string selector, CancellationToken cancellationToken) =>
        TypedResults.Json(
            await ReadAsync(nouns, key => key.Id.StartsWith(CatalogSnapshot.SloId(selector, ""), StringComparison.Ordinal), cancellationToken),
            CatalogJson.Default.IReadOnlyListSloReport);

    private static async Task<IResult> ListAsync(NounStore nouns, TimeProvider time, CancellationToken cancellationToken)
    {
        var clients = await nouns.ListAsync(CatalogKind.Client, CatalogJson.Default.Client, cancellationToken);
        var reports = (await ReadAsync(nouns, null, cancellationToken)).ToLookup(report => report.Client, StringComparer.Ordinal);
        var now = time.GetUtcNow();
        return TypedResults.Json(
            [.. clients.Where(client => client.Slo is not null).Select(client => SloStatuses.Of(client.Id, client.Slo!, reports[client.Id], now))],
            CatalogJson.Default.IReadOnlyListSloStatus);
    }

    private static async Task<IResult> GetAsync(NounStore nouns, TimeProvider time, string client, CancellationToken cancellationToken)
    {
        if (await nouns.FindAsync(NounStore.ClientKey(client), CatalogJson.Default.Client, cancellationToken) is not var (noun, _))
        {
            throw ProblemException.NotFound($"The client '{client}'");
        }

        if (noun.Slo is not { } slo)
        {
            throw new ProblemException(HttpStatusCode.NotFound, $"The client '{client}' has no objective (slo).");
        }

        var reports = await ReadAsync(
            nouns, key => key.Id.EndsWith(CatalogSnapshot.SloId("", client), StringComparison.Ordinal), cancellationToken);
        return TypedResults.Json(SloStatuses.Of(client, slo, reports, time.GetUtcNow()), CatalogJson.Default.SloStatus);
    }

    private static Task<List<SloReport>> ReadAsync(NounStore nouns, Func<StoreKey, bool>? where, CancellationToken cancellationToken) =>
        nouns.ListAsync(CatalogKind.Slo, CatalogJson.Default.SloReport, cancellationToken, where);
}
