using System.Net;
using MuLambda.Catalog;
using MuLambda.Registry.Models;
using MuLambda.Registry.Problems;
using MuLambda.Registry.Storage;
using MuLambda.Scaling;

namespace MuLambda.Registry.Deployments;

/// <summary>The deployments' part of the API.</summary>
internal static class DeploymentEndpoints
{
    public static void MapDeployments(this IEndpointRouteBuilder routes)
    {
        var deployments = routes.MapGroup("/v1/deployments").WithTags("Deployments");
        deployments.MapPut("/{model}", PutAsync)
            .WithSummary("Deploys a model, or changes between which numbers of replicas and by which policy it is served.")
            .Accepts<Deployment>("application/json")
            .Produces<Deployment>().Produces<Deployment>(201).Refuses(400, 408, 413, 415, 422, 503);
        deployments.MapGet("", ListAsync)
            .WithSummary("Lists the deployments by their model's name.")
            .Produces<IReadOnlyList<Deployment>>();
        deployments.MapGet("/{model}", GetAsync)
            .WithSummary("Reads a deployment.")
            .Produces<Deployment>().Refuses(404);
        deployments.MapDelete("/{model}", DeleteAsync)
            .WithSummary("Deletes a deployment and its decisions; what it launched is retired.")
            .Produces(204).Refuses(404, 503);
    }

    private static async Task<IResult> PutAsync(
        HttpContext context, string model, NounStore nouns, ModelReferences references, CancellationToken cancellationToken)
    {
        var noun = await RequestJson.ReadAsync(context, CatalogJson.Default.Deployment);
        IReadOnlyList<ValidationError> path = noun.Model == model
            ? []
            : [new ValidationError("model", $"must be the model in the path, '{model}'.")];
        ProblemException.ThrowIfAny([.. CatalogValidation.Validate(noun), .. ScalingPolicies.Check(noun.Policy, noun.Options), .. path]);
        using (await references.Gate.ShareAsync(cancellationToken))
        {
            if (await FindMissingAsync(nouns, noun, cancellationToken) is { } missing)
            {
                throw new ProblemException(Problem.For([missing], HttpStatusCode.UnprocessableEntity));
            }

            var created = await nouns.PutAsync(NounStore.Put(noun), cancellationToken);
            return TypedResults.Json(noun, CatalogJson.Default.Deployment, statusCode: created ? 201 : 200);
        }
    }

    private static async Task<IResult> ListAsync(NounStore nouns, CancellationToken cancellationToken) =>
        TypedResults.Json(
            await nouns.ListAsync(CatalogKind.Deployment, CatalogJson.Default.Deployment, cancellationToken),
            CatalogJson.Default.IReadOnlyListDeployment);

    private static async Task<IResult> GetAsync(NounStore nouns, string model, CancellationToken cancellationToken) =>
        await nouns.FindAsync(NounStore.DeploymentKey(model), CatalogJson.Default.Deployment, cancellationToken) is var (noun, _)
            ? TypedResults.Json(noun, CatalogJson.Default.Deployment)
            : throw NotFound(model);

    private static async Task<IResult> DeleteAsync(NounStore nouns, string model, CancellationToken cancellationToken) =>
        await nouns.DeleteAsync(NounStore.DeploymentKey(model), cancellationToken)
            ? TypedResults.NoContent()
            : throw NotFound(model);

    /// <summary>What of the deployment's model is not registered; null where all is.</summary>
    private static async Task<ValidationError?> FindMissingAsync(
        NounStore nouns, Deployment deployment, CancellationToken cancellationToken)
    {
        var versions = await nouns.ListVersionsAsync(deployment.Model, cancellationToken);
        if (versions.Count == 0)
        {
            return new ValidationError("model", $"names {deployment.Model}, which is not registered.");
        }

        return deployment.Version is not { } version || versions.Any(model => model.Version == version)
            ? null
            : new ValidationError("version", $"names {new ModelReference(deployment.Model, version)}, which is not registered.");
    }

    internal static ProblemException NotFound(string model) => new(HttpStatusCode.NotFound, $"The model '{model}' is not deployed.");
}
