using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace MuLambda.Catalog;

/// <summary>What the serializer refuses, told by member and position instead of by the names of types.</summary>
public static partial class JsonErrors
{
    /// <summary>Says what was refused, and where.</summary>
    /// <param name="exception">What the serializer threw.</param>
    /// <returns>Paths and messages in the API's own terms.</returns>
    public static IEnumerable<ValidationError> Explain(JsonException exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
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

        if (message.Contains("Duplicate property", StringComparison.Ordinal))
        {
            return [new ValidationError(path, "is given more than once.")];
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
