using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Mvc;
using MuLambda.Catalog;
using MuLambda.Registry.Leaderships;
using MuLambda.Registry.Problems;
using MuLambda.Registry.Storage;

namespace MuLambda.Registry.Deployments;

/// <summary>The decisions' part of the API: why a deployment has as many replicas as it has.</summary>
internal static class DecisionEndpoints
{
    // Another decision took the place between the look and the write: look again, but not for ever.
    private const int PostAttempts = 5;

    public static void MapDecisions(this IEndpointRouteBuilder routes)
    {
        var decisions = routes.MapGroup("/v1/deployments/{model}/decisions").WithTags("Deployments");
        decisions.MapPost("", PostAsync)
            .WithSummary("Records a decision; the registry counts them and keeps the last 100.")
            .Accepts<ScalingDecision>("application/json")
            .Produces<ScalingDecision>(201).Refuses(400, 404, 408, 409, 413, 415, 503);
        decisions.MapGet("", ListAsync)
            .WithSummary("Lists the last decisions, newest first, with their reasons and inputs.")
            .Produces<IReadOnlyList<ScalingDecision>>().Refuses(404).TakesQuery("limit");
    }

    private static async Task<IResult> PostAsync(
        HttpContext context,
        string model,
        [FromHeader(Name = LeadershipHeader.Name)] string? leadership,
        NounStore nouns,
        LeadershipTable leaderships,
        CancellationToken cancellationToken)
    {
        var noun = await RequestJson.ReadAsync(context, CatalogJson.Default.ScalingDecision);
        ProblemException.ThrowIfAny(CatalogValidation.Validate(model, noun));
        using (await leaderships.AdmitAsync(leadership, cancellationToken))
        {
            for (var attempt = 0; attempt < PostAttempts; attempt++)
            {
                var last = (await ReadAsync(nouns, model, cancellationToken)).FirstOrDefault()?.Sequence ?? 0;
                var counted = noun with { Sequence = last + 1 };
                var key = NounStore.DecisionKey(counted);
                var replaced = await nouns.FindAsync(key, CatalogJson.Default.ScalingDecision, cancellationToken);
                if (replaced?.Noun.Sequence >= counted.Sequence)
                {
                    continue;
                }

                var commit = await nouns.CommitAsync([NounStore.Put(counted, replaced?.Revision ?? 0)], cancellationToken);
                if (commit.Committed)
                {
                    return commit.Revisions[0] > 0
                        ? TypedResults.Json(counted, CatalogJson.Default.ScalingDecision, statusCode: 201)
                        : throw DeploymentEndpoints.NotFound(model);
                }
            }
        }

        throw new ProblemException(
            HttpStatusCode.ServiceUnavailable, $"Too many decisions on '{model}' are recorded at once; send it again.");
    }

    private static async Task<IResult> ListAsync(
        NounStore nouns, string model, string? limit, CancellationToken cancellationToken)
    {
        var most = CatalogLimits.Decisions;
        if (limit is not null
            && !(int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out most) && most is >= 1 and <= CatalogLimits.Decisions))
        {
            throw ProblemException.Field("limit", $"must be a number from 1 to {CatalogLimits.Decisions}.");
        }

        return await nouns.FindAsync(NounStore.DeploymentKey(model), CatalogJson.Default.Deployment, cancellationToken) is null
            ? throw DeploymentEndpoints.NotFound(model)
            : TypedResults.Json(
                [.. (await ReadAsync(nouns, model, cancellationToken)).Take(most)], CatalogJson.Default.IReadOnlyListScalingDecision);
    }

    /// <summary>The decisions on a deployment, newest first.</summary>
    private static async Task<IEnumerable<ScalingDecision>> ReadAsync(
        NounStore nouns, string model, CancellationToken cancellationToken)
    {
        var prefix = model + "/";
        var decisions = await nouns.ListAsync(
            CatalogKind.Decision,
            CatalogJson.Default.ScalingDecision,
            cancellationToken,
            key => key.Id.StartsWith(prefix, StringComparison.Ordinal));
        return decisions.OrderByDescending(static decision => decision.Sequence);
    }
}
