using System.Numerics;
using System.Runtime.Intrinsics;
using System.Text.Json;

namespace MuLambda.Selector;

/// <summary>
/// Counts the examples of a predict body before a model is chosen, whose signature would tell exactly: the entries of
/// <c>instances</c>, or of the first tensor in <c>inputs</c>.
/// </summary>
internal static class JsonItems
{
    /// <summary>At least 1, also for a body that is not valid: the codec says then what is wrong.</summary>
    public static int Of(ReadOnlySpan<byte> utf8)
    {
        try
        {
            var json = new Utf8JsonReader(utf8);
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            {
                return 1;
            }

            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var rows = json.ValueTextEquals("instances"u8);
                if (!rows && !json.ValueTextEquals("inputs"u8))
                {
                    json.Skip();
                    continue;
                }

                json.Read();
                if (!rows && json.TokenType == JsonTokenType.StartObject)
                {
                    json.Read();
                    json.Read();
                }

                return json.TokenType == JsonTokenType.StartArray ? Entries(utf8[(int)json.BytesConsumed..]) : 1;
            }
        }
        catch (JsonException)
        {
            // The codec says what is wrong.
        }

        return 1;
    }

    // The codec reads every number later on. To read them here too was a tenth of what a request costs, so only brackets and commas are looked at.
    private static int Entries(ReadOnlySpan<byte> list)
    {
        var (commas, depth, isEmpty) = (0, 0, true);
        for (var at = 0; at < list.Length;)
        {
            if (depth > 0 && list.Length - at >= Vector128<byte>.Count && TryPass(list.Slice(at, Vector128<byte>.Count), ref depth))
            {
                at += Vector128<byte>.Count;
                continue;
            }

            for (var until = Math.Min(at + Vector128<byte>.Count, list.Length); at < until; at++)
            {
                switch (list[at])
                {
                    case (byte)',' when depth == 0:
                        commas++;
                        break;
                    case (byte)']' or (byte)'}' when depth == 0:
                        return Math.Max(1, isEmpty ? 0 : commas + 1);
                    case (byte)']' or (byte)'}':
                        depth--;
                        break;
                    case (byte)'[' or (byte)'{':
                        (depth, isEmpty) = (depth + 1, false);
                        break;
                    case (byte)'"':
                        isEmpty = false;
                        at = EndOfString(list, at + 1);
                        break;
                    case > (byte)' ':
                        isEmpty = false;
                        break;
                    default:
                        break;
                }
            }
        }

        return commas + 1;
    }

    // Passes over bytes that cannot close the entry they are in.
    private static bool TryPass(ReadOnlySpan<byte> block, ref int depth)
    {
        const byte BracketsAreBraces = 0x20;
        var bytes = Vector128.Create(block);
        var folded = bytes | Vector128.Create(BracketsAreBraces);
        var closing = Count(folded, (byte)'}');
        if (closing >= depth || Vector128.EqualsAny(bytes, Vector128.Create((byte)'"')))
        {
            return false;
        }

        depth += Count(folded, (byte)'{') - closing;
        return true;

        static int Count(Vector128<byte> bytes, byte one) =>
            BitOperations.PopCount(Vector128.Equals(bytes, Vector128.Create(one)).ExtractMostSignificantBits());
    }

    private static int EndOfString(ReadOnlySpan<byte> json, int at)
    {
        while (at < json.Length && json[at] != (byte)'"')
        {
            at += json[at] == (byte)'\\' ? 2 : 1;
        }

        return at;
    }
}
