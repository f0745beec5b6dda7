using System.Globalization;
using System.Text.Json;
using Google.Protobuf;

namespace MuLambda.TensorFlowJs.Json;

/// <summary>A value of a JSON file together with where it stands, so that every complaint can say so.</summary>
internal readonly record struct JsonMember(string File, string Path, JsonElement Value)
{
    // Messages of a graph nest a handful deep: an attribute's list of functions with attributes.
    private static readonly JsonParser Protobuf = new(new JsonParser.Settings(recursionLimit: 32).WithIgnoreUnknownFields(true));

    /// <summary>The complaint that this value is not as it has to be.</summary>
    /// <param name="rule">What to say, after the value's path.</param>
    /// <param name="inner">The cause.</param>
    public TensorFlowJsException Wrong(string rule, Exception? inner = null) =>
        new(Path.Length == 0 ? $"{File}: {rule}" : $"{File}: {Path}: {rule}", inner);

    public JsonMember? Optional(string name)
    {
        Expect(JsonValueKind.Object, "an object");
        return Value.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null ? Child(name, member) : null;
    }

    public JsonMember Required(string name) => Optional(name) ?? throw Child(name, default).Wrong("is missing");

    public IEnumerable<JsonMember> Items()
    {
        Expect(JsonValueKind.Array, "an array");
        var (self, i) = (this, 0);
        foreach (var item in Value.EnumerateArray())
        {
            yield return self with { Path = string.Create(CultureInfo.InvariantCulture, $"{self.Path}[{i++}]"), Value = item };
        }
    }

    public IEnumerable<(string Name, JsonMember Member)> Members()
    {
        Expect(JsonValueKind.Object, "an object");
        var self = this;
        foreach (var member in Value.EnumerateObject())
        {
            yield return (member.Name, self.Child(member.Name, member.Value));
        }
    }

    public string Text()
    {
        Expect(JsonValueKind.String, "a string");
        try
        {
            return Value.GetString()!;
        }
        catch (InvalidOperationException e)
        {
            // Half a surrogate pair, escaped.
            throw Wrong("is no Unicode text", e);
        }
    }

    public double Number() => Expect(JsonValueKind.Number, "a number").TryGetDouble(out var number) && double.IsFinite(number)
        ? number
        : throw Wrong("is no finite number");

    public long Size() => Expect(JsonValueKind.Number, "a number").TryGetInt64(out var size) && size >= 0
        ? size
        : throw Wrong($"is {Value.GetRawText()}; a size is a whole number from 0 upwards");

    /// <summary>The value as a protobuf message, in protobuf's own JSON mapping.</summary>
    public T Message<T>()
        where T : IMessage, new()
    {
        Expect(JsonValueKind.Object, "an object");
        try
        {
            return Protobuf.Parse<T>(Value.GetRawText());
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or InvalidJsonException or FormatException
            or OverflowException or ArgumentException or InvalidOperationException)
        {
            throw Wrong(e.Message, e);
        }
    }

    private JsonMember Child(string name, JsonElement value) =>
        this with { Path = Path.Length == 0 ? name : $"{Path}.{name}", Value = value };

    private JsonElement Expect(JsonValueKind kind, string what) => Value.ValueKind == kind ? Value : throw Wrong($"has to be {what}");
}
