using System.Globalization;
using System.Text.Json;
using MuLambda.Catalog;
using MuLambda.Protocol;
using MuLambda.Protocol.OpenInference;
using MuLambda.Protocol.Tensors;

namespace MuLambda.Selector;

/// <summary>The Open Inference Protocol over REST with the client's id as the model's name.</summary>
internal static class OpenInferenceRest
{
    private const string Front = "open-inference-rest";

    private static readonly string[] Models = ["/v2/models/{client}", "/v2/models/{client}/versions/{version}"];

    public static void MapOpenInferenceRest(this IEndpointRouteBuilder endpoints)
    {
        Get(endpoints, "/v2", context => AnswerAsync(context, WriteServer));
        Get(endpoints, "/v2/health/live", context => AnswerAsync(context, writer => writer.WriteBoolean("live"u8, true)));
        Get(endpoints, "/v2/health/ready", context => ReadyAsync(context, name: null, context.RequestServices.GetRequiredService<CatalogFollower>().Snapshot is not null));
        foreach (var path in Models)
        {
            Get(endpoints, path, context =>
            {
                var client = ClientOf(context);
                return AnswerAsync(context, writer => WriteModel(writer, client));
            });
            Get(endpoints, path + "/ready", context =>
            {
                var client = ClientOf(context);
                return ReadyAsync(context, client.Client, client.Unavailable is null);
            });
            endpoints.MapPost(path + "/infer", RestFront.Answering(InferAsync)).ExcludeFromDescription();
        }

        endpoints.MapFallback("/v2/{**path}", context => ErrorResults.WriteAsync(
            context, StatusCodes.Status404NotFound, $"There is no {context.Request.Method} {context.Request.Path}."));
    }

    private static void Get(IEndpointRouteBuilder endpoints, string path, RequestDelegate answer) =>
        endpoints.MapGet(path, RestFront.Answering(answer)).ExcludeFromDescription();

    private static Task InferAsync(HttpContext context)
    {
        var client = Route(context, "client")!;
        ClientModel.RequireVersion(client, Route(context, "version"));
        OpenInferenceRequest? request = null;
        return context.RequestServices.GetRequiredService<RestFront>().InferAsync(
            context,
            Front,
            client,
            body =>
            {
                request = OpenInferenceInput.Explained(() => OpenInferenceJson.ReadRequest(body, JsonBytesOf(context.Request)));
                return new TensorInput(string.Empty, request.Inputs, [.. request.Outputs.Select(output => output.Name)]);
            },
            async (input, forwarded) =>
            {
                var outputs = input.Asked(forwarded.Outputs).Select(output => (
                    output.Key, output.Value, request!.Outputs.FirstOrDefault(o => o.Name == output.Key)?.Binary ?? request.BinaryOutput));
                using var answer = new PooledBuffer(4096);
                var jsonBytes = OpenInferenceJson.WriteResponse(answer, client, ClientModel.VersionText, request!.Id, outputs);
                if (jsonBytes is { } length)
                {
                    context.Response.Headers[OpenInferenceJson.LengthHeader] = length.ToString(CultureInfo.InvariantCulture);
                }

                await RestFront.WriteAsync(context, answer, jsonBytes is null ? "application/json" : "application/octet-stream");
            });
    }

    private static int? JsonBytesOf(HttpRequest request) =>
        request.Headers[OpenInferenceJson.LengthHeader] is not { Count: > 0 } header ? null
        : int.TryParse(header.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var length) ? length
        : throw RequestException.Invalid(OpenInferenceJson.LengthHeader, $"is '{header}'; it must be a number of bytes.");

    private static ClientModel ClientOf(HttpContext context)
    {
        var client = ClientModel.Of(context.RequestServices.GetRequiredService<Selecting>(), Route(context, "client")!);
        ClientModel.RequireVersion(client.Client, Route(context, "version"));
        return client;
    }

    private static void WriteServer(Utf8JsonWriter writer)
    {
        writer.WriteString("name"u8, OpenInferenceServer.Name);
        writer.WriteString("version"u8, OpenInferenceServer.Version);
        writer.WriteStartArray("extensions"u8);
        foreach (var extension in OpenInferenceServer.Extensions)
        {
            writer.WriteStringValue(extension);
        }

        writer.WriteEndArray();
    }

    private static void WriteModel(Utf8JsonWriter writer, ClientModel client)
    {
        writer.WriteString("name"u8, client.Client);
        writer.WriteStartArray("versions"u8);
        writer.WriteStringValue(ClientModel.VersionText);
        writer.WriteEndArray();
        writer.WriteString("platform"u8, OpenInferenceServer.Platform);
        var signature = client.Signatures.FirstOrDefault(s => s.Name == ModelSignature.Default);
        WriteTensors(writer, "inputs", signature?.Inputs ?? []);
        WriteTensors(writer, "outputs", signature?.Outputs ?? []);
        writer.WriteStartObject("properties"u8);
        writer.WriteString("task"u8, client.Traits.Task);
        writer.WriteString("input"u8, client.Traits.Input);
        writer.WriteString("output"u8, client.Traits.Output);
        writer.WriteEndObject();
    }

    private static void WriteTensors(Utf8JsonWriter writer, string name, IReadOnlyList<TensorSpec> tensors)
    {
        writer.WriteStartArray(name);
        foreach (var tensor in tensors)
        {
            writer.WriteStartObject();
            writer.WriteString("name"u8, tensor.Name);
            writer.WriteString("datatype"u8, TensorDataTypes.TryParse(tensor.DType, out var type) ? OpenInferenceTypes.NameOf(type) : tensor.DType);
            writer.WriteStartArray("shape"u8);
            foreach (var size in tensor.Shape ?? [])
            {
                writer.WriteNumberValue(size);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    // Any status of the four hundreds stands for no.
    private static Task ReadyAsync(HttpContext context, string? name, bool ready)
    {
        context.Response.StatusCode = ready ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest;
        return AnswerAsync(context, writer =>
        {
            if (name is not null)
            {
                writer.WriteString("name"u8, name);
            }

            writer.WriteBoolean("ready"u8, ready);
        });
    }

    private static async Task AnswerAsync(HttpContext context, Action<Utf8JsonWriter> members)
    {
        using var body = new PooledBuffer();
        await using (var writer = new Utf8JsonWriter(body))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }

        await RestFront.WriteAsync(context, body);
    }

    private static string? Route(HttpContext context, string name) => context.Request.RouteValues[name] as string;
}
