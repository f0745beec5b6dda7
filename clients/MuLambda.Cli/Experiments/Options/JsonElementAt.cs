using System.Globalization;
using System.Text.Json;

namespace MuLambda.Cli.Experiments;

/// <summary>A value of a JSON file that knows its path, so that whatever is wrong with it can be told where it is.</summary>
internal readonly record struct JsonElementAt(JsonElement Value, string Path)
{
    /// <exception cref="JsonPathException">It is no JSON.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> content, out JsonElementAt root)
    {
        try
        {
            var document = JsonDocument.Parse(content, new JsonDocumentOptions
            {
                AllowTrailingCommas = true,
                CommentHandling = JsonCommentHandling.Skip,
            });
            root = new JsonElementAt(document.RootElement, "$");
            return document;
        }
        catch (JsonException e)
        {
            throw new JsonPathException($"line {e.LineNumber + 1}", "is no JSON");
        }
    }

    public JsonPathException Wrong(string reason) => new(Path, reason);

    /// <summary>Refuses fields of other names.</summary>
    public void Allow(params string[] fields)
    {
        if (Value.ValueKind != JsonValueKind.Object)
        {
            throw Wrong($"has to be an object, not {Kind()}");
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var field in Value.EnumerateObject())
        {
            if (!fields.Contains(field.Name))
            {
                throw new JsonPathException(At(field.Name), $"there is no such field; there are {string.Join(", ", fields)}");
            }

            if (!seen.Add(field.Name))
            {
                throw new JsonPathException(At(field.Name), "is there twice");
            }
        }
    }

    public JsonElementAt? Optional(string field) =>
        Value.TryGetProperty(field, out var value) && value.ValueKind != JsonValueKind.Null ? new JsonElementAt(value, At(field)) : null;

    public JsonElementAt Required(string field) => Optional(field) ?? throw new JsonPathException(At(field), "is missing");

    public IEnumerable<JsonElementAt> Items(int least, int most)
    {
        if (Value.ValueKind != JsonValueKind.Array)
        {
            throw Wrong($"has to be a list, not {Kind()}");
        }

        var (count, path) = (Value.GetArrayLength(), Path);
        return count >= least && count <= most
            ? Value.EnumerateArray().Select((item, i) => new JsonElementAt(item, $"{path}[{i}]"))
            : throw Wrong($"has {count} entries; there have to be {least} to {most}");
    }

    public string Text() =>
        Value.ValueKind == JsonValueKind.String ? Value.GetString()! : throw Wrong($"has to be text, not {Kind()}");

    public double Number(double least, double most) =>
        Value.ValueKind == JsonValueKind.Number && Value.TryGetDouble(out var number) && number >= least && number <= most
            ? number
            : throw Wrong(string.Create(CultureInfo.InvariantCulture, $"has to be a number from {least} to {most}, not {Value.GetRawText()}"));

    private string At(string field) => Path == "$" ? field : $"{Path}.{field}";

    private string Kind() => Value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "text",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "true or false",
    };
}
