using System.Text;
using System.Text.Json;
using MuLambda.Protocol.TensorFlow;
using MuLambda.Protocol.Tensors;

namespace MuLambda.Protocol.Rest;

/// <summary>Speaks of JSON values in the words TensorFlow Serving uses, which its clients' logs are searched for.</summary>
internal static class JsonValueText
{
    private const int Shown = 40;

    /// <summary>The kind of the value the reader is at.</summary>
    public static string TypeOf(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.Null => "Null",
        JsonTokenType.True => "True",
        JsonTokenType.False => "False",
        JsonTokenType.StartObject => "Object",
        JsonTokenType.StartArray => "Array",
        JsonTokenType.String => "String",
        _ => "Number",
    };

    /// <summary>That the value the reader is at cannot be an element of a tensor.</summary>
    public static string NotOfType(ref Utf8JsonReader reader, DataType expected) =>
        $"JSON Value: {Value(ref reader)} Type: {TypeOf(ref reader)} is not of expected type: {NameOf(expected)}";

    private static string NameOf(DataType type) => type switch
    {
        DataType.DtFloat => "float",
        DataType.DtDouble => "double",
        DataType.DtHalf => "half",
        _ => TensorDataTypes.NameOf(type),
    };

    private static string Value(ref Utf8JsonReader reader)
    {
        var text = Encoding.UTF8.GetString(reader.ValueSpan[..Math.Min(reader.ValueSpan.Length, Shown)]);
        return reader.TokenType switch
        {
            JsonTokenType.StartObject => "{...}",
            JsonTokenType.StartArray => "[...]",
            JsonTokenType.String => $"\"{text}\"",
            _ => text,
        };
    }
}
