using Google.Protobuf;
using Google.Protobuf.Reflection;
using MuLambda.Protocol;
using MuLambda.Protocol.Rest;
using MuLambda.Protocol.Serving;

namespace MuLambda.Selector;

/// <summary>TensorFlow Serving's REST API with the client's id as the model's name.</summary>
internal static class TensorFlowServingRest
{
    private const string Front = "tensorflow-serving-rest";

    private static readonly string[] Models = ["/v1/models/{client}", "/v1/models/{client}/versions/{version}"];

    // Names and defaults as TensorFlow Serving writes them.
    private static readonly JsonFormatter Json = new(
        JsonFormatter.Settings.Default.WithFormatDefaultValues(true).WithPreserveProtoFieldNames(true)
            .WithTypeRegistry(TypeRegistry.FromMessages(SignatureDefMap.Descriptor)));

    public static void MapTensorFlowServingRest(this IEndpointRouteBuilder endpoints)
    {
        foreach (var path in Models)
        {
            endpoints.MapPost(path + ":predict", RestFront.Answering(PredictAsync)).ExcludeFromDescription();
            endpoints.MapGet(path, RestFront.Answering(context =>
                AnswerAsync(context, ServingMessages.StatusOf(ClientOf(context))))).ExcludeFromDescription();
            endpoints.MapGet(path + "/metadata", RestFront.Answering(context =>
                AnswerAsync(context, MetadataOf(ClientOf(context))))).ExcludeFromDescription();
        }

        endpoints.MapFallback("/v1/models/{**path}", context => ErrorResults.WriteAsync(
            context, StatusCodes.Status400BadRequest, $"Malformed request: {context.Request.Method} {context.Request.Path}"));
    }

    private static Task PredictAsync(HttpContext context)
    {
        var client = Route(context, "client")!;
        ClientModel.RequireVersion(client, Route(context, "version"));
        return context.RequestServices.GetRequiredService<RestFront>().InferAsync(
            context,
            Front,
            client,
            body => new JsonInput(body),
            async (input, forwarded) =>
            {
                using var answer = new PooledBuffer(4096);
                PredictJson.WriteResponse(answer, forwarded.Outputs, input.Format);
                await RestFront.WriteAsync(context, answer);
            });
    }

    private static ClientModel ClientOf(HttpContext context)
    {
        var client = ClientModel.Of(context.RequestServices.GetRequiredService<Selecting>(), Route(context, "client")!);
        ClientModel.RequireVersion(client.Client, Route(context, "version"));
        return client;
    }

    // The signatures are one level deeper than in the message: TensorFlow Serving names the metadata's field, and in it the map's.
    private static string MetadataOf(ClientModel client) =>
        $$$"""{"model_spec": {{{Json.Format(ServingMessages.SpecOf(client.Client, string.Empty))}}}, "metadata": {"signature_def": {{{Json.Format(ServingMessages.SignaturesOf(client))}}} }}""";

    private static Task AnswerAsync(HttpContext context, IMessage message) => AnswerAsync(context, Json.Format(message));

    private static Task AnswerAsync(HttpContext context, string json)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json, context.RequestAborted);
    }

    private static string? Route(HttpContext context, string name) => context.Request.RouteValues[name] as string;
}
