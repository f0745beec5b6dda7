using System.Text;
using System.Text.Json;

namespace MuLambda.Protocol.Rest;

/// <summary>JSON as TensorFlow Serving takes it: with bare NaN, Infinity and -Infinity.</summary>
internal static class RelaxedJson
{
    /// <summary>Reads a body, which nearly always is plain JSON; otherwise once more with the tokens in quotes.</summary>
    /// <param name="utf8">The body.</param>
    /// <param name="read">Reads the JSON it is given; told whether tokens are in quotes that had none.</param>
    /// <exception cref="PredictJsonException">The body is no JSON; the message tells the place.</exception>
    public static T Read<T>(ReadOnlySpan<byte> utf8, Reader<T> read)
    {
        try
        {
            return ReadText(utf8, false, read);
        }
        catch (JsonException e)
        {
            using var quoted = new PooledBuffer(utf8.Length + 64);
            if (!NonFiniteTokens.TryQuote(utf8, quoted))
            {
                throw Invalid(utf8, OffsetOf(utf8, e), e);
            }

            try
            {
                return ReadText(quoted.WrittenSpan, true, read);
            }
            catch (JsonException again)
            {
                throw Invalid(utf8, NonFiniteTokens.OriginalOffset(utf8, OffsetOf(quoted.WrittenSpan, again)), again);
            }
        }
    }

    // The library looks into strings only when it is asked for them, and what it then finds is for it no fault of the JSON.
    private static T ReadText<T>(ReadOnlySpan<byte> json, bool hasNonFinite, Reader<T> read)
    {
        try
        {
            return read(json, hasNonFinite);
        }
        catch (InvalidOperationException e) when (e.Source?.StartsWith("System.Text.Json", StringComparison.Ordinal) == true)
        {
            throw new PredictJsonException(PredictJsonException.WholeBody, "JSON Parse error: A name or a string is not UTF-8, or has half of a surrogate pair", e);
        }
    }

    private static int OffsetOf(ReadOnlySpan<byte> json, JsonException e)
    {
        var start = 0;
        for (var line = e.LineNumber ?? 0; line > 0; line--)
        {
            start += json[start..].IndexOf((byte)'\n') + 1;
        }

        return (int)Math.Min(start + (e.BytePositionInLine ?? 0), json.Length);
    }

    private static PredictJsonException Invalid(ReadOnlySpan<byte> utf8, int offset, JsonException e)
    {
        var before = utf8[..offset];
        var line = 1 + before.Count((byte)'\n');
        var column = offset - (before.LastIndexOf((byte)'\n') + 1) + 1;
        return new PredictJsonException(
            PredictJsonException.WholeBody, $"JSON Parse error: {Problem(utf8, offset)} at offset: {offset} (line {line}, column {column})", e);
    }

    private static string Problem(ReadOnlySpan<byte> utf8, int offset)
    {
        if (utf8.Trim(" \t\r\n"u8).IsEmpty)
        {
            return "The document is empty";
        }

        if (offset >= utf8.Length)
        {
            return "The document ends before the value does";
        }

        if (utf8[offset] is (byte)'[' or (byte)'{')
        {
            return "Lists and objects are nested too deep, or one stands where none may";
        }

        return Rune.DecodeFromUtf8(utf8[offset..], out var rune, out _) == System.Buffers.OperationStatus.Done && !Rune.IsControl(rune)
            ? $"Unexpected '{rune}'"
            : $"Unexpected byte 0x{utf8[offset]:X2}";
    }

    /// <summary>Reads JSON.</summary>
    /// <param name="utf8">The JSON.</param>
    /// <param name="hasNonFinite">Whether strings may be numbers that are not finite.</param>
    public delegate T Reader<out T>(ReadOnlySpan<byte> utf8, bool hasNonFinite);
}
