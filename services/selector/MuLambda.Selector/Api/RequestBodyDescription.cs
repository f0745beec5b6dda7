using System.Globalization;
using Microsoft.OpenApi;
using MuLambda.Timing;

namespace MuLambda.Selector;

/// <summary>
/// Describes what the endpoints read themselves: bodies, a parameter, headers. They take JSON whatever its content type is said to be, as
/// TensorFlow Serving does, so the framework's own declaration, which enforces the type, does not fit.
/// </summary>
internal static class RequestBodyDescription
{
    /// <summary>Describes a body that is a noun of the API.</summary>
    public static RouteHandlerBuilder WithJsonBody<T>(this RouteHandlerBuilder route) =>
        route.AddOpenApiOperationTransformer(async (operation, context, cancellationToken) =>
            operation.RequestBody = Json(await context.GetOrCreateSchemaAsync(typeof(T), null, cancellationToken)));

    /// <summary>Describes TensorFlow Serving's predict body.</summary>
    public static RouteHandlerBuilder WithPredictBody(this RouteHandlerBuilder route) =>
        route.AddOpenApiOperationTransformer((operation, _, _) =>
        {
            operation.RequestBody = Json(new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                Properties = new Dictionary<string, IOpenApiSchema>
                {
                    ["instances"] = new OpenApiSchema
                    {
                        Type = JsonSchemaType.Array, Items = new OpenApiSchema(), Description = "The examples, one an entry; or inputs.",
                    },
                    ["inputs"] = new OpenApiSchema { Description = "The tensors by name; or the only one." },
                    ["signature_name"] = new OpenApiSchema { Type = JsonSchemaType.String },
                },
            });
            return Task.CompletedTask;
        });

    /// <summary>Describes the parameter that asks for an explanation.</summary>
    public static RouteHandlerBuilder WithExplainParameter(this RouteHandlerBuilder route) =>
        route.AddOpenApiOperationTransformer((operation, _, _) =>
        {
            (operation.Parameters ??= []).Add(new OpenApiParameter
            {
                Name = "explain",
                In = ParameterLocation.Query,
                Description = "true: answers every candidate too, and why it was or was not chosen.",
                Schema = new OpenApiSchema { Type = JsonSchemaType.Boolean },
            });
            return Task.CompletedTask;
        });

    /// <summary>Describes the headers that say how long a request may take and how important it is.</summary>
    public static RouteHandlerBuilder WithTimeoutAndPriority(this RouteHandlerBuilder route) =>
        route.AddOpenApiOperationTransformer((operation, _, _) =>
        {
            var parameters = operation.Parameters ??= [];
            parameters.Add(Header(
                Deadlines.Header, 1, SelectorOptions.LongestTimeoutMs,
                "How long the request may take, in milliseconds; without it the client's objective or the selector's default, and longer where it waits for a cold start."));
            parameters.Add(Header(
                RequestPriority.Header, 0, 9, $"How important the request is beside others that wait: 9 is the most important, {Text(RequestPriority.Default)} counts without it."));
            return Task.CompletedTask;
        });

    /// <summary>Describes the header by which a client tells what its requests take elsewhere.</summary>
    public static RouteHandlerBuilder WithOutside(this RouteHandlerBuilder route) =>
        route.AddOpenApiOperationTransformer((operation, _, _) =>
        {
            (operation.Parameters ??= []).Add(Header(
                OutsideReport.OutsideHeader, 0, SelectorOptions.LongestTimeoutMs,
                $"What an earlier request of the client took beyond the {OutsideReport.TookHeader} of its answer, in milliseconds: deadlines are held with that to spare.",
                JsonSchemaType.Number));
            return Task.CompletedTask;
        });

    private static OpenApiParameter Header(string name, int least, int most, string description, JsonSchemaType type = JsonSchemaType.Integer) => new()
    {
        Name = name,
        In = ParameterLocation.Header,
        Description = description,
        Schema = new OpenApiSchema { Type = type, Minimum = Text(least), Maximum = Text(most) },
    };

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static OpenApiRequestBody Json(IOpenApiSchema schema) => new()
    {
        Required = true,
        Content = new Dictionary<string, OpenApiMediaType> { ["application/json"] = new() { Schema = schema } },
    };
}
