using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.Features;
using MuLambda.Catalog;

namespace MuLambda.Registry.Problems;

/// <summary>Reads a request's JSON; what is wrong with it is told by its path.</summary>
internal static partial class RequestJson
{
    /// <summary>The bytes of a noun.</summary>
    public const long MaxBytes = 1024 * 1024;

    /// <summary>How long a body may take to arrive.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static async Task<T> ReadAsync<T>(
        HttpContext context, JsonTypeInfo<T> type, long maxBytes = MaxBytes)
        where T : class
    {
        if (!context.Request.HasJsonContentType())
        {
            throw new ProblemException(HttpStatusCode.UnsupportedMediaType, "The body must be application/json.");
        }

        Limit(context, maxBytes);
        using var deadline = new CancellationTokenSource(
            Patience, context.RequestServices.GetRequiredService<TimeProvider>());
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, context.RequestAborted);
        try
        {
            return await JsonSerializer.DeserializeAsync(context.Request.Body, type, either.Token)
                ?? throw ProblemException.Field("$", "must not be null.");
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            throw new ProblemException(
                HttpStatusCode.RequestTimeout, $"The body did not arrive within {Patience.TotalSeconds:0} s.");
        }
        catch (JsonException exception)
        {
            throw new ProblemException(Problem.For(Explain(exception)));
        }
        catch (BadHttpRequestException exception) when (exception.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            throw TooLarge(maxBytes);
        }
    }

    public static ProblemException TooLarge(long maxBytes) => new(
        HttpStatusCode.RequestEntityTooLarge, $"The body is larger than {maxBytes} bytes.");

    /// <summary>Sets the limit of the body; it holds as long as nothing of it was read.</summary>
    public static void Limit(HttpContext context, long maxBytes)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = maxBytes;
        }
    }

    private static IEnumerable<ValidationError> Explain(JsonException exception)
    {
        var path = exception.Path is { Length: > 1 } found ? found[1..].TrimStart('.') : "$";
        var message = exception.Message;

        // What the reader, not the conversion, refused is an exception of its own inside.
        if (exception.InnerException is JsonException)
        {
            return [new ValidationError(path, $"is not JSON: {Position(exception)}.")];
        }

        if (message.Contains("missing required", StringComparison.Ordinal))
        {
            var prefix = path == "$" ? "" : path + ".";
            return MissingNames().Matches(message[message.IndexOf("including", StringComparison.Ordinal)..])
                .Select(name => new ValidationError(prefix + name.Groups[1].Value, "is missing."));
        }

        if (message.Contains("could not be mapped", StringComparison.Ordinal))
        {
            return [new ValidationError(path, "is not a member of it.")];
        }

        if (message.Contains("allow null", StringComparison.Ordinal))
        {
            // The message names the member, as the record does, that the path may not reach.
            var name = NullName().Match(message) is { Success: true } match
                ? JsonNamingPolicy.CamelCase.ConvertName(match.Groups[1].Value)
                : "";
            var member = name.Length == 0 || path == name || path.EndsWith("." + name, StringComparison.Ordinal) ? path
                : path == "$" ? name
                : $"{path}.{name}";
            return [new ValidationError(member, "must not be null.")];
        }

        return [new ValidationError(path, $"has the wrong type or a value that is not allowed: {Position(exception)}.")];
    }

    private static string Position(JsonException exception) => string.Create(
        CultureInfo.InvariantCulture,
        $"line {(exception.LineNumber ?? 0) + 1}, byte {(exception.BytePositionInLine ?? 0) + 1}");

    [GeneratedRegex("'([^']+)'", RegexOptions.CultureInvariant)]
    private static partial Regex MissingNames();

    [GeneratedRegex("(?:parameter|property) '([^']+)'", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex NullName();
}
