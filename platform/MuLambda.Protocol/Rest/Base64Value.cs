using System.Text.Json;
using Google.Protobuf;

namespace MuLambda.Protocol.Rest;

/// <summary>Bytes in JSON: <c>{"b64": "…"}</c>.</summary>
internal static class Base64Value
{
    /// <summary>Whether the value the reader stands on is one. The reader is a copy: it does not move the caller's.</summary>
    public static bool IsOne(Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.StartObject
        && reader.Read() && reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("b64"u8)
        && reader.Read() && reader.TokenType == JsonTokenType.String
        && reader.Read() && reader.TokenType == JsonTokenType.EndObject;

    /// <summary>Reads it; the reader then stands on its end.</summary>
    public static bool TryRead(ref Utf8JsonReader reader, out ByteString value)
    {
        reader.Read();
        reader.Read();
        var valid = reader.TryGetBytesFromBase64(out var bytes);
        value = valid ? UnsafeByteOperations.UnsafeWrap(bytes) : ByteString.Empty;
        reader.Read();
        return valid;
    }
}
