using MuLambda.Catalog;
using MuLambda.Registry.Problems;
using MuLambda.Registry.Storage;

namespace MuLambda.Registry.Nodes;

/// <summary>The nodes' part of the API.</summary>
internal static class NodeEndpoints
{
    public static void MapNodes(this IEndpointRouteBuilder routes)
    {
        var nodes = routes.MapGroup("/v1/nodes").WithTags("Nodes");
        nodes.MapPut("/{node}", PutAsync)
            .WithSummary("Registers a node with its coordinate and begins its lease anew.")
            .Accepts<Node>("application/json")
            .Produces<Node>().Produces<Node>(201).Refuses(400, 408, 413, 415, 503);
        nodes.MapPost("/{node}/heartbeat", HeartbeatAsync)
            .WithSummary("Renews a node's lease.")
            .Produces(204).Refuses(404);
        nodes.MapGet("", ListAsync)
            .WithSummary("Lists the nodes by name.")
            .Produces<IReadOnlyList<Node>>();
        nodes.MapGet("/{node}", GetAsync)
            .WithSummary("Reads a node.")
            .Produces<Node>().Refuses(404);
        nodes.MapDelete("/{node}", DeleteAsync)
            .WithSummary("Removes a node's registration; its latency reports end by themselves.")
            .Produces(204).Refuses(404, 503);
    }

    private static async Task<IResult> PutAsync(
        HttpContext context, string node, NounStore nouns, CancellationToken cancellationToken)
    {
        var noun = await RequestJson.ReadAsync(context, CatalogJson.Default.Node);
        IReadOnlyList<ValidationError> id = noun.Id == node
            ? []
            : [new ValidationError("id", $"must be the name in the path, '{node}'.")];
        ProblemException.ThrowIfAny([.. CatalogValidation.Validate(noun), .. id]);
        var created = await nouns.PutAsync(NounStore.Put(noun), cancellationToken);
        return TypedResults.Json(noun, CatalogJson.Default.Node, statusCode: created ? 201 : 200);
    }

    private static async Task<IResult> HeartbeatAsync(string node, NounStore nouns, CancellationToken cancellationToken) =>
        await nouns.RenewAsync(NounStore.NodeKey(node), cancellationToken)
            ? TypedResults.NoContent()
            : throw NotFound(node);

    private static async Task<IResult> ListAsync(NounStore nouns, CancellationToken cancellationToken) =>
        TypedResults.Json(
            await nouns.ListAsync(CatalogKind.Node, CatalogJson.Default.Node, cancellationToken),
            CatalogJson.Default.IReadOnlyListNode);

    private static async Task<IResult> GetAsync(NounStore nouns, string node, CancellationToken cancellationToken) =>
        await nouns.FindAsync(NounStore.NodeKey(node), CatalogJson.Default.Node, cancellationToken) is var (noun, _)
            ? TypedResults.Json(noun, CatalogJson.Default.Node)
            : throw NotFound(node);

    private static async Task<IResult> DeleteAsync(string node, NounStore nouns, CancellationToken cancellationToken) =>
        await nouns.DeleteAsync(NounStore.NodeKey(node), cancellationToken)
            ? TypedResults.NoContent()
            : throw NotFound(node);

    private static ProblemException NotFound(string node) => ProblemException.NotFound($"The node '{node}'");
}
