using System.Net;
using Microsoft.AspNetCore.Mvc;
using MuLambda.Catalog;
using MuLambda.Registry.Leaderships;
using MuLambda.Registry.Models;
using MuLambda.Registry.Problems;
using MuLambda.Registry.Storage;

namespace MuLambda.Registry.Executors;

/// <summary>The executors' part of the API.</summary>
internal static class ExecutorEndpoints
{
    // Somebody else changed the executor between the look and the write: look again, but not for ever.
    private const int Attempts = 5;

    public static void MapExecutors(this IEndpointRouteBuilder routes)
    {
        var executors = routes.MapGroup("/v1/executors").WithTags("Executors");
        executors.MapPut("/{executor}", PutAsync)
            .WithSummary("Registers an executor and begins its lease anew.")
            .Accepts<Executor>("application/json")
            .Produces<Executor>().Produces<Executor>(201).Refuses(400, 408, 409, 413, 415, 422, 503);
        executors.MapPost("/{executor}/heartbeat", HeartbeatAsync)
            .WithSummary("Renews an executor's lease and tells its state and load.")
            .Accepts<ExecutorHeartbeat>("application/json")
            .Produces(204).Refuses(400, 404, 408, 409, 413, 415, 503);
        executors.MapGet("", ListAsync)
            .WithSummary("Lists executors by id; 'model' is a name or name@version.")
            .Produces<IReadOnlyList<Executor>>().TakesQuery("model", "node");
        executors.MapGet("/{executor}", GetAsync)
            .WithSummary("Reads an executor.")
            .Produces<Executor>().Refuses(404);
        executors.MapDelete("/{executor}", DeleteAsync)
            .WithSummary("Removes an executor's registration.")
            .Produces(204).Refuses(400, 404, 409, 503);
    }

    private static async Task<IResult> PutAsync(
        HttpContext context,
        string executor,
        [FromHeader(Name = LeadershipHeader.Name)] string? leadership,
        NounStore nouns,
        ModelReferences references,
        LeadershipTable leaderships,
        CancellationToken cancellationToken)
    {
        var noun = await RequestJson.ReadAsync(context, CatalogJson.Default.Executor);
        ProblemException.ThrowIfAny([.. CatalogValidation.Validate(noun), .. IdErrors(noun.Id, executor)]);
        using (await references.Gate.ShareAsync(cancellationToken))
        using (await leaderships.AdmitAsync(leadership, cancellationToken))
        {
            var unknown = new List<ValidationError>();
            foreach (var (index, model) in noun.Models.Index())
            {
                if (await nouns.FindAsync(NounStore.KeyOf(model), CatalogJson.Default.Model, cancellationToken) is null)
                {
                    unknown.Add(new ValidationError($"models[{index}]", $"names {model}, which is not registered."));
                }
            }

            if (unknown.Count > 0)
            {
                throw new ProblemException(Problem.For(unknown, HttpStatusCode.UnprocessableEntity));
            }

            var (stored, created) = await WriteAsync(nouns, noun, cancellationToken);
            return TypedResults.Json(stored, CatalogJson.Default.Executor, statusCode: created ? 201 : 200);
        }
    }

    /// <summary>Writes an executor; one without a launch keeps the launch that is registered, which who accompanies it does not know.</summary>
    private static async Task<(Executor Stored, bool Created)> WriteAsync(
        NounStore nouns, Executor noun, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var present = await nouns.FindAsync(
                NounStore.ExecutorKey(noun.Id), CatalogJson.Default.Executor, cancellationToken);
            var whole = noun.Launch is null ? noun with { Launch = present?.Noun.Launch } : noun;
            if ((await nouns.CommitAsync([NounStore.Put(whole, present?.Revision ?? 0)], cancellationToken)).Committed)
            {
                return (whole, present is null);
            }
        }

        throw ChangesTooOften(noun.Id, "the registration");
    }

    private static async Task<IResult> HeartbeatAsync(
        HttpContext context,
        string executor,
        [FromHeader(Name = LeadershipHeader.Name)] string? leadership,
        NounStore nouns,
        LeadershipTable leaderships,
        CancellationToken cancellationToken)
    {
        var heartbeat = await RequestJson.ReadAsync(context, CatalogJson.Default.ExecutorHeartbeat);
        ProblemException.ThrowIfAny(CatalogValidation.Validate(heartbeat));
        using var admitted = await leaderships.AdmitAsync(leadership, cancellationToken);
        var key = NounStore.ExecutorKey(executor);
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            // A lease that ran out stays so, even when the executor has not been removed yet.
            if (await nouns.FindAsync(key, CatalogJson.Default.Executor, cancellationToken) is not var (noun, revision)
                || !await nouns.RenewAsync(key, cancellationToken))
            {
                throw NotFound(executor);
            }

            // The scaler has the word on what it launched and drains: a report that was under way when it said so does not undo it.
            var state = noun is { State: ExecutorState.Draining, Launch: not null } && leadership is null && heartbeat.State == ExecutorState.Ready
                ? noun.State
                : heartbeat.State;
            if (noun.State == state && noun.Load == heartbeat.Load && noun.Reason == heartbeat.Reason)
            {
                return TypedResults.NoContent();
            }

            var changed = noun with { State = state, Load = heartbeat.Load, Reason = heartbeat.Reason };
            if ((await nouns.CommitAsync([NounStore.Put(changed, revision)], cancellationToken)).Committed)
            {
                return TypedResults.NoContent();
            }
        }

        throw ChangesTooOften(executor, "the heartbeat");
    }

    private static async Task<IResult> ListAsync(
        NounStore nouns, string? model, string? node, CancellationToken cancellationToken)
    {
        var executors = (await nouns.ListExecutorsAsync(cancellationToken))
            .Where(e => (node is null || e.Node == node)
                && (model is null || e.Models.Any(m => m.Name == model || m.ToString() == model)));
        return TypedResults.Json([.. executors], CatalogJson.Default.IReadOnlyListExecutor);
    }

    private static async Task<IResult> GetAsync(NounStore nouns, string executor, CancellationToken cancellationToken) =>
        await nouns.FindAsync(NounStore.ExecutorKey(executor), CatalogJson.Default.Executor, cancellationToken) is var (noun, _)
            ? TypedResults.Json(noun, CatalogJson.Default.Executor)
            : throw NotFound(executor);

    private static async Task<IResult> DeleteAsync(
        string executor,
        [FromHeader(Name = LeadershipHeader.Name)] string? leadership,
        NounStore nouns,
        LeadershipTable leaderships,
        CancellationToken cancellationToken)
    {
        using var admitted = await leaderships.AdmitAsync(leadership, cancellationToken);
        return await nouns.DeleteAsync(NounStore.ExecutorKey(executor), cancellationToken)
            ? TypedResults.NoContent()
            : throw NotFound(executor);
    }

    private static IEnumerable<ValidationError> IdErrors(string id, string path) =>
        id == path ? [] : [new ValidationError("id", $"must be the id in the path, '{path}'.")];

    private static ProblemException ChangesTooOften(string executor, string what) => new(
        HttpStatusCode.ServiceUnavailable, $"The executor '{executor}' changes too often; send {what} again.");

    private static ProblemException NotFound(string executor) => ProblemException.NotFound($"The executor '{executor}'");
}
