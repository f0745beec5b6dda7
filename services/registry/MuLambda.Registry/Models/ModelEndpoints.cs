using System.Globalization;
using System.Net;
using Microsoft.Net.Http.Headers;
using MuLambda.Catalog;
using MuLambda.Catalog.Metadata;
using MuLambda.Registry.Problems;
using MuLambda.Registry.Storage;

namespace MuLambda.Registry.Models;

/// <summary>The models' part of the API.</summary>
internal static class ModelEndpoints
{
    private const string Latest = "latest";

    /// <summary>An artifact store that takes longer to delete must not keep the caller.</summary>
    private static readonly TimeSpan ArtifactDeletion = TimeSpan.FromSeconds(10);

    public static void MapModels(this IEndpointRouteBuilder routes)
    {
        var models = routes.MapGroup("/v1/models").WithTags("Models");
        models.MapPut("/{model}/versions/{version}", PutAsync)
            .WithSummary("Uploads a model version: a zip, a tar or a gzipped tar of its directory.")
            .Accepts<Stream>("application/zip", "application/x-tar", "application/gzip", "*/*")
            .Produces<Model>().Produces<Model>(201).Refuses(400, 408, 409, 413, 422, 429, 503);
        models.MapGet("", ListAsync)
            .WithSummary("Lists model versions by name and version.")
            .Produces<IReadOnlyList<Model>>().TakesQuery("task", "input", "output", "name");
        models.MapGet("/{model}", ListVersionsAsync)
            .WithSummary("Lists a model's versions, newest first.")
            .Produces<IReadOnlyList<Model>>().Refuses(404);
        models.MapGet("/{model}/versions/{version}", GetAsync)
            .WithSummary("Reads a model version; 'latest' stands for the newest.")
            .Produces<Model>().Refuses(400, 404);
        models.MapGet("/{model}/versions/{version}/artifact", DownloadAsync)
            .WithSummary("Downloads a model version's files as a tar.")
            .Produces<Stream>(200, "application/x-tar").Produces(206).Produces(304).Refuses(400, 404);
        models.MapDelete("/{model}/versions/{version}", DeleteAsync)
            .WithSummary("Deletes a model version that no executor serves and no deployment needs.")
            .Produces(204).Refuses(400, 404, 409, 503);
    }

    private static async Task<IResult> PutAsync(HttpContext context, string model, string version, ModelUploads uploads)
    {
        var declared = DeclaredModel.Read(model, ParseVersion(version), context.Request.Query);
        var (registered, created) = await uploads.TakeAsync(context, declared);
        if (created)
        {
            context.Response.Headers.Location = string.Create(
                CultureInfo.InvariantCulture, $"/v1/models/{registered.Name}/versions/{registered.Version}");
        }

        return TypedResults.Json(registered, CatalogJson.Default.Model, statusCode: created ? 201 : 200);
    }

    private static async Task<IResult> ListAsync(
        NounStore nouns, string? task, string? input, string? output, string? name, CancellationToken cancellationToken)
    {
        var models = (await nouns.ListModelsAsync(cancellationToken))
            .Where(m => (task is null || m.Task == task) && (input is null || m.Input == input)
                && (output is null || m.Output == output) && (name is null || m.Name == name))
            .OrderBy(static m => m.Name, StringComparer.Ordinal)
            .ThenBy(static m => m.Version);
        return TypedResults.Json([.. models], CatalogJson.Default.IReadOnlyListModel);
    }

    private static async Task<IResult> ListVersionsAsync(
        NounStore nouns, string model, CancellationToken cancellationToken)
    {
        var versions = await nouns.ListVersionsAsync(model, cancellationToken);
        return versions.Count > 0
            ? TypedResults.Json(versions, CatalogJson.Default.IReadOnlyListModel)
            : throw ProblemException.NotFound($"The model '{model}'");
    }

    private static async Task<IResult> GetAsync(
        NounStore nouns, string model, string version, CancellationToken cancellationToken) =>
        TypedResults.Json(await FindAsync(nouns, model, version, cancellationToken), CatalogJson.Default.Model);

    private static async Task<IResult> DownloadAsync(
        NounStore nouns, ModelArtifacts artifacts, string model, string version, CancellationToken cancellationToken)
    {
        var found = await FindAsync(nouns, model, version, cancellationToken);
        var tar = await artifacts.OpenAsync(found.Sha256, cancellationToken)
            ?? throw new ProblemException(
                HttpStatusCode.InternalServerError, $"The artifact of {found.Reference} is missing from the store.");
        return TypedResults.Stream(
            tar,
            "application/x-tar",
            entityTag: new EntityTagHeaderValue($"\"{found.Sha256}\""),
            enableRangeProcessing: true);
    }

    private static async Task<IResult> DeleteAsync(
        NounStore nouns,
        ModelReferences references,
        ModelArtifacts artifacts,
        string model,
        string version,
        CancellationToken cancellationToken)
    {
        var reference = new ModelReference(model, ParseVersion(version));
        Model found;
        using (await references.Gate.HaveAloneAsync(cancellationToken))
        {
            found = (await nouns.FindAsync(NounStore.KeyOf(reference), CatalogJson.Default.Model, cancellationToken))?.Noun
                ?? throw ProblemException.NotFound($"The model {reference}");
            var serving = (await nouns.ListExecutorsAsync(cancellationToken))
                .Where(executor => executor.Models.Contains(reference))
                .Select(static executor => executor.Id)
                .ToList();
            if (serving.Count > 0)
            {
                throw new ProblemException(
                    HttpStatusCode.Conflict,
                    $"{reference} is served by {serving.Count} executors: {string.Join(", ", serving.Take(5))}"
                    + (serving.Count > 5 ? ", …" : ""));
            }

            await ThrowIfDeployedAsync(nouns, reference, cancellationToken);
            await nouns.CommitAsync([new StoreDelete(NounStore.KeyOf(reference))], cancellationToken);
        }

        // Deleted it is, whatever becomes of the artifact and whether or not the caller waits.
        await artifacts.ReleaseWithinAsync(ArtifactDeletion, found.Sha256);
        return TypedResults.NoContent();
    }

    private static async Task<Model> FindAsync(
        NounStore nouns, string name, string version, CancellationToken cancellationToken)
    {
        if (version == Latest)
        {
            return (await nouns.ListVersionsAsync(name, cancellationToken)).FirstOrDefault()
                ?? throw ProblemException.NotFound($"The model '{name}'");
        }

        var reference = new ModelReference(name, ParseVersion(version));
        return (await nouns.FindAsync(NounStore.KeyOf(reference), CatalogJson.Default.Model, cancellationToken))?.Noun
            ?? throw ProblemException.NotFound($"The model {reference}");
    }

    /// <summary>Refuses to delete what a deployment needs: the version it names, or the last one there is.</summary>
    private static async Task ThrowIfDeployedAsync(
        NounStore nouns, ModelReference reference, CancellationToken cancellationToken)
    {
        if (await nouns.FindAsync(NounStore.DeploymentKey(reference.Name), CatalogJson.Default.Deployment, cancellationToken)
            is not var (deployment, _))
        {
            return;
        }

        if (deployment.Version is { } version
            ? version == reference.Version
            : (await nouns.ListVersionsAsync(reference.Name, cancellationToken)).Count == 1)
        {
            throw new ProblemException(
                HttpStatusCode.Conflict,
                $"{reference} is what the deployment '{reference.Name}' serves; delete or change the deployment first.");
        }
    }

    private static long ParseVersion(string version) =>
        long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number is >= 1 and <= CatalogLimits.MaxVersion
            ? number
            : throw ProblemException.Field("version", $"must be a number from 1 to {CatalogLimits.MaxVersion}.");
}
