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
            var length = 1;
            if (json[i] == (byte)'"')
            {
                length = StringLength(json[i..]);
            }
            else if (TokenAt(json[i..]) is > 0 and var token)
            {
                found = true;
                Append(output, "\""u8);
                Append(output, json.Slice(i, token));
                Append(output, "\""u8);
                i += token;
                continue;
            }

            Append(output, json.Slice(i, length));
            i += length;
        }

        return found;
    }

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
