namespace MuLambda.Protocol.Rest;

/// <summary>
/// TensorFlow Serving's bodies may hold the bare tokens NaN, Infinity and -Infinity, which JSON does not know. They
/// are put in quotes, so that a JSON reader takes them.
/// </summary>
internal static class NonFiniteTokens
{
    /// <summary>Quotes the tokens; false where there is none.</summary>
    public static bool TryQuote(ReadOnlySpan<byte> json, PooledBuffer output)
    {
        var found = false;
        for (var i = 0; i < json.Length;)
        {
            var (length, isToken) = Next(json[i..]);
            found |= isToken;
            if (isToken)
            {
                Append(output, "\""u8);
            }

            Append(output, json.Slice(i, length));
            if (isToken)
            {
                Append(output, "\""u8);
            }

            i += length;
        }

        return found;
    }

    /// <summary>The place in the body that a place in its quoted form stands for.</summary>
    public static int OriginalOffset(ReadOnlySpan<byte> json, int quotedOffset)
    {
        var inserted = 0;
        for (var i = 0; i < json.Length && i + inserted < quotedOffset;)
        {
            var (length, isToken) = Next(json[i..]);
            if (isToken && i + inserted + length + 2 > quotedOffset)
            {
                return i;
            }

            inserted += isToken ? 2 : 0;
            i += length;
        }

        return Math.Min(quotedOffset - inserted, json.Length);
    }

    private static (int Length, bool IsToken) Next(ReadOnlySpan<byte> json) =>
        json[0] == (byte)'"' ? (StringLength(json), false)
        : TokenAt(json) is > 0 and var token ? (token, true)
        : (1, false);

    private static int TokenAt(ReadOnlySpan<byte> json)
    {
        var sign = json[0] == (byte)'-' ? 1 : 0;
        var rest = json[sign..];
        return rest.StartsWith("Infinity"u8) ? sign + 8
            : sign == 0 && rest.StartsWith("NaN"u8) ? 3
            : 0;
    }

    private static int StringLength(ReadOnlySpan<byte> json)
    {
        for (var i = 1; i < json.Length; i++)
        {
            if (json[i] == (byte)'\\')
            {
                i++;
            }
            else if (json[i] == (byte)'"')
            {
                return i + 1;
            }
        }

        return json.Length;
    }

    private static void Append(PooledBuffer output, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(output.GetSpan(bytes.Length));
        output.Advance(bytes.Length);
    }
}
