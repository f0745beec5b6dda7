using MuLambda.Catalog;
using MuLambda.Registry.Problems;

namespace MuLambda.Registry.Leaderships;

/// <summary>The leaderships' part of the API.</summary>
internal static class LeadershipEndpoints
{
    public static void MapLeaderships(this IEndpointRouteBuilder routes)
    {
        var leaderships = routes.MapGroup("/v1/leadership").WithTags("Leadership");
        leaderships.MapPut("/{name}", PutAsync)
            .WithSummary("Takes the lead where nobody else has it, or renews it; the answer has the token.")
            .Accepts<Leadership>("application/json")
            .Produces<Leadership>().Refuses(400, 408, 409, 413, 415, 503);
        leaderships.MapGet("/{name}", GetAsync)
            .WithSummary("Tells who leads.")
            .Produces<Leadership>().Refuses(404);
        leaderships.MapDelete("/{name}", DeleteAsync)
            .WithSummary("Gives the lead up.")
            .Produces(204).Refuses(404, 409, 503).TakesQuery("holder");
    }

    private static async Task<IResult> PutAsync(
        HttpContext context, string name, LeadershipTable table, CancellationToken cancellationToken)
    {
        var wish = await RequestJson.ReadAsync(context, CatalogJson.Default.Leadership);
        IReadOnlyList<ValidationError> path = wish.Name == name
            ? []
            : [new ValidationError("name", $"must be the name in the path, '{name}'.")];
        ProblemException.ThrowIfAny([.. CatalogValidation.Validate(wish), .. path]);
        return TypedResults.Json(await table.LeadAsync(wish, cancellationToken), CatalogJson.Default.Leadership);
    }

    private static async Task<IResult> GetAsync(string name, LeadershipTable table, CancellationToken cancellationToken) =>
        TypedResults.Json(await table.FindAsync(name, cancellationToken), CatalogJson.Default.Leadership);

    private static async Task<IResult> DeleteAsync(
        string name, string? holder, LeadershipTable table, CancellationToken cancellationToken)
    {
        if (!CatalogValidation.IsName(holder))
        {
            throw ProblemException.Field("holder", "must name who gives the lead up.");
        }

        await table.ReleaseAsync(name, holder!, cancellationToken);
        return TypedResults.NoContent();
    }
}
