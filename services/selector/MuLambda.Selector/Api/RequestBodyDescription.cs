using Microsoft.OpenApi;

namespace MuLambda.Selector;

/// <summary>
/// Describes bodies that the endpoints read themselves. They take JSON whatever its content type is said to be, as
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

    private static OpenApiRequestBody Json(IOpenApiSchema schema) => new()
    {
        Required = true,
        Content = new Dictionary<string, OpenApiMediaType> { ["application/json"] = new() { Schema = schema } },
    };
}
