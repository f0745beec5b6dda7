using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using MuLambda.Catalog;

namespace MuLambda.Selector;

/// <summary><c>POST /v1/select</c>: the decision, for a client that calls the executor itself.</summary>
internal static class SelectEndpoint
{
    /// <summary>The largest body, in bytes.</summary>
    private const int MaxBytes = 64 * 1024;

    /// <summary>The most examples a request may announce.</summary>
    public const int MaxItems = 1_000_000;

    public static void MapSelect(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/select", (HttpContext context, SelectorTelemetry telemetry, TimeProvider time) => SelectAsync(context, telemetry, time))
            .WithName("Select")
            .WithSummary("Selects an executor for a request that the caller will send to it itself.")
            .WithTags("Selection")
            .WithJsonBody<SelectBody>()
            .Produces<DecisionBody>()
            .Produces<ProblemDetails>(StatusCodes.Status400BadRequest, "application/problem+json")
            .Produces<ProblemDetails>(StatusCodes.Status404NotFound, "application/problem+json")
            .Produces<ProblemDetails>(StatusCodes.Status408RequestTimeout, "application/problem+json")
            .Produces<ProblemDetails>(StatusCodes.Status413PayloadTooLarge, "application/problem+json")
            .Produces<ProblemDetails>(StatusCodes.Status429TooManyRequests, "application/problem+json")
            .Produces<ProblemDetails>(StatusCodes.Status503ServiceUnavailable, "application/problem+json");

    private static Task SelectAsync(HttpContext context, SelectorTelemetry telemetry, TimeProvider time)
    {
        return Endpoint.RunAsync(context, telemetry, time, "select", async _ =>
        {
            var services = context.RequestServices;
            using var place = services.GetRequiredService<ConcurrencyGate>().Enter();
            var body = await ReadAsync(
                context, TimeSpan.FromMilliseconds(services.GetRequiredService<IOptions<SelectorOptions>>().Value.DefaultTimeoutMs));
            var selecting = services.GetRequiredService<Selecting>();
            var snapshot = selecting.Snapshot;
            var demand = body.Criteria is { } criteria
                ? snapshot.DemandOf(criteria)
                : Selecting.DemandOf(snapshot, body.Client!);
            var assignment = selecting.TrySelect(demand, body.Items, without: null)
                ?? throw selecting.NoCandidate(snapshot, demand, body.Items);
            var decision = assignment.Decision;
            HeldAssignment.Hold(assignment, time);
            await context.Response.WriteAsJsonAsync(
                DecisionBody.Of(decision, Guid.CreateVersion7().ToString()), SelectorJson.Default.DecisionBody,
                cancellationToken: context.RequestAborted);
        });
    }

    private static async Task<SelectBody> ReadAsync(HttpContext context, TimeSpan timeout)
    {
        using var bytes = await BoundedBody.ReadAsync(context, MaxBytes, timeout);
        SelectBody body;
        try
        {
            body = JsonSerializer.Deserialize(bytes.WrittenSpan, SelectorJson.Default.SelectBody)
                ?? throw RequestException.Invalid("$", "is null; it must be an object.");
        }
        catch (JsonException e)
        {
            throw RequestException.Invalid(JsonErrors.Explain(e).Select(error => (error.Path, error.Message)));
        }

        if ((body.Client is null) == (body.Criteria is null))
        {
            throw RequestException.Invalid("client", "either client or criteria must be given, and not both.");
        }

        if (body.Items is < 1 or > MaxItems)
        {
            throw RequestException.Invalid("items", $"must be from 1 to {MaxItems}.");
        }

        if (body.Criteria is { } criteria && CatalogValidation.Validate(criteria) is { Count: > 0 } errors)
        {
            throw RequestException.Invalid(errors.Select(e => (e.Path, e.Message)));
        }

        return body;
    }
}
