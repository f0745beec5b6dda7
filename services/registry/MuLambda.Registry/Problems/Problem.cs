using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.WebUtilities;
using MuLambda.Catalog;

namespace MuLambda.Registry.Problems;

/// <summary>A refusal as RFC 9457 writes it.</summary>
internal sealed record Problem(
    string Type,
    string Title,
    int Status,
    string? Detail = null,
    IReadOnlyDictionary<string, IReadOnlyList<string>>? Errors = null)
{
    public const string ContentType = "application/problem+json";

    public static Problem For(HttpStatusCode status, string? detail = null) =>
        new("about:blank", $"{ReasonPhrases.GetReasonPhrase((int)status)}.", (int)status, detail);

    /// <summary>What is wrong with the fields of the input.</summary>
    public static Problem For(IEnumerable<ValidationError> errors, HttpStatusCode status = HttpStatusCode.BadRequest)
    {
        var byPath = errors
            .GroupBy(static e => e.Path, static e => e.Message, StringComparer.Ordinal)
            .ToDictionary(static g => g.Key, static g => (IReadOnlyList<string>)[.. g]);
        var (path, messages) = byPath.First();
        var detail = byPath.Count == 1 ? $"{path} {messages[0]}" : $"{byPath.Count} fields are wrong; the first: {path} {messages[0]}";
        return For(status, detail) with { Errors = byPath };
    }

    public async Task WriteAsync(HttpContext context)
    {
        context.Response.StatusCode = Status;
        context.Response.ContentType = ContentType;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(
                JsonSerializer.SerializeToUtf8Bytes(this, ProblemJson.Default.Problem), context.RequestAborted);
        }
    }
}

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Problem))]
internal sealed partial class ProblemJson : JsonSerializerContext;
