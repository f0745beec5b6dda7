using MuLambda.Catalog;
using MuLambda.Registry.Problems;
using MuLambda.Registry.Storage;

namespace MuLambda.Registry.Selectors;

/// <summary>The selectors' part of the API.</summary>
internal static class SelectorEndpoints
{
    public static void MapSelectors(this IEndpointRouteBuilder routes)
    {
        var selectors = routes.MapGroup("/v1/selectors").WithTags("Selectors");
        selectors.MapPut("/{selector}", PutAsync)
            .WithSummary("Registers a selector and begins its lease anew.")
            .Accepts<SelectorReplica>("application/json")
            .Produces<SelectorReplica>().Produces<SelectorReplica>(201).Refuses(400, 408, 413, 415, 503);
        selectors.MapPost("/{selector}/heartbeat", HeartbeatAsync)
            .WithSummary("Renews a selector's lease.")
            .Produces(204).Refuses(404);
        selectors.MapGet("", ListAsync)
            .WithSummary("Lists the selectors by id.")
            .Produces<IReadOnlyList<SelectorReplica>>();
        selectors.MapGet("/{selector}", GetAsync)
            .WithSummary("Reads a selector.")
            .Produces<SelectorReplica>().Refuses(404);
        selectors.MapDelete("/{selector}", DeleteAsync)
            .WithSummary("Removes a selector's registration.")
            .Produces(204).Refuses(404, 503);
    }

    private static async Task<IResult> PutAsync(
        HttpContext context, string selector, NounStore nouns, CancellationToken cancellationToken)
    {
        var noun = await RequestJson.ReadAsync(context, CatalogJson.Default.SelectorReplica);
        IReadOnlyList<ValidationError> id = noun.Id == selector
            ? []
            : [new ValidationError("id", $"must be the id in the path, '{selector}'.")];
        ProblemException.ThrowIfAny([.. CatalogValidation.Validate(noun), .. id]);
        var created = await nouns.PutAsync(NounStore.Put(noun), cancellationToken);
        return TypedResults.Json(noun, CatalogJson.Default.SelectorReplica, statusCode: created ? 201 : 200);
    }

    private static async Task<IResult> HeartbeatAsync(string selector, NounStore nouns, CancellationToken cancellationToken) =>
        await nouns.RenewAsync(NounStore.SelectorKey(selector), cancellationToken)
            ? TypedResults.NoContent()
            : throw NotFound(selector);

    private static async Task<IResult> ListAsync(NounStore nouns, CancellationToken cancellationToken) =>
        TypedResults.Json(
            await nouns.ListAsync(CatalogKind.Selector, CatalogJson.Default.SelectorReplica, cancellationToken),
            CatalogJson.Default.IReadOnlyListSelectorReplica);

    private static async Task<IResult> GetAsync(NounStore nouns, string selector, CancellationToken cancellationToken) =>
        await nouns.FindAsync(NounStore.SelectorKey(selector), CatalogJson.Default.SelectorReplica, cancellationToken) is var (noun, _)
            ? TypedResults.Json(noun, CatalogJson.Default.SelectorReplica)
            : throw NotFound(selector);

    private static async Task<IResult> DeleteAsync(string selector, NounStore nouns, CancellationToken cancellationToken) =>
        await nouns.DeleteAsync(NounStore.SelectorKey(selector), cancellationToken)
            ? TypedResults.NoContent()
            : throw NotFound(selector);

    private static ProblemException NotFound(string selector) => ProblemException.NotFound($"The selector '{selector}'");
}
