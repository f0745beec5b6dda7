using MuLambda.Catalog;
using MuLambda.Registry.Problems;
using MuLambda.Registry.Storage;

namespace MuLambda.Registry.Clients;

/// <summary>The clients' part of the API.</summary>
internal static class ClientEndpoints
{
    public static void MapClients(this IEndpointRouteBuilder routes)
    {
        var clients = routes.MapGroup("/v1/clients").WithTags("Clients");
        clients.MapPut("/{client}", PutAsync)
            .WithSummary("Registers a client with its criteria and begins its lease anew.")
            .Accepts<Client>("application/json")
            .Produces<Client>().Produces<Client>(201).Refuses(400, 408, 413, 415, 503);
        clients.MapPost("/{client}/heartbeat", HeartbeatAsync)
            .WithSummary("Renews a client's lease.")
            .Produces(204).Refuses(404);
        clients.MapGet("", ListAsync)
            .WithSummary("Lists the clients by id.")
            .Produces<IReadOnlyList<Client>>();
        clients.MapGet("/{client}", GetAsync)
            .WithSummary("Reads a client.")
            .Produces<Client>().Refuses(404);
        clients.MapDelete("/{client}", DeleteAsync)
            .WithSummary("Deletes a client and the reports on it.")
            .Produces(204).Refuses(404, 503);
    }

    private static async Task<IResult> PutAsync(
        HttpContext context, string client, NounStore nouns, CancellationToken cancellationToken)
    {
        var noun = await RequestJson.ReadAsync(context, CatalogJson.Default.Client);
        IReadOnlyList<ValidationError> id = noun.Id == client
            ? []
            : [new ValidationError("id", $"must be the id in the path, '{client}'.")];
        ProblemException.ThrowIfAny([.. CatalogValidation.Validate(noun), .. id]);
        var created = await nouns.PutAsync(NounStore.Put(noun), cancellationToken);
        return TypedResults.Json(noun, CatalogJson.Default.Client, statusCode: created ? 201 : 200);
    }

    private static async Task<IResult> HeartbeatAsync(string client, NounStore nouns, CancellationToken cancellationToken) =>
        await nouns.RenewAsync(NounStore.ClientKey(client), cancellationToken)
            ? TypedResults.NoContent()
            : throw NotFound(client);

    private static async Task<IResult> ListAsync(NounStore nouns, CancellationToken cancellationToken) =>
        TypedResults.Json(
            await nouns.ListAsync(CatalogKind.Client, CatalogJson.Default.Client, cancellationToken),
            CatalogJson.Default.IReadOnlyListClient);

    private static async Task<IResult> GetAsync(NounStore nouns, string client, CancellationToken cancellationToken) =>
        await nouns.FindAsync(NounStore.ClientKey(client), CatalogJson.Default.Client, cancellationToken) is var (noun, _)
            ? TypedResults.Json(noun, CatalogJson.Default.Client)
            : throw NotFound(client);

    private static async Task<IResult> DeleteAsync(NounStore nouns, string client, CancellationToken cancellationToken) =>
        await nouns.DeleteAsync(NounStore.ClientKey(client), cancellationToken)
            ? TypedResults.NoContent()
            : throw NotFound(client);

    private static ProblemException NotFound(string client) => ProblemException.NotFound($"The client '{client}'");
}
