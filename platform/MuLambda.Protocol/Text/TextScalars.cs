using System.Globalization;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace MuLambda.Protocol.Text;

/// <summary>Reads one value of a field that holds no message.</summary>
internal sealed class TextScalars(TextTokenizer tokens)
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public object Read(FieldDescriptor field)
    {
        if (field.FieldType is FieldType.String or FieldType.Bytes)
        {
            return ReadString(field);
        }

        var start = tokens.Start;
        var negative = tokens.Is('-');
        if (negative)
        {
            tokens.Advance();
        }

        if (tokens.Kind is not (TextTokenKind.Identifier or TextTokenKind.Number))
        {
            throw tokens.Fail($"field {field.Name} takes {Expected(field)}, given {tokens.Describe()}");
        }

        var token = tokens.Token;
        var value = field.FieldType switch
        {
            FieldType.Bool => negative ? null : ReadBool(token),
            FieldType.Enum => ReadEnum(field.EnumType, token, negative),
            FieldType.Float => ReadFloat(token, negative) is { } f32 ? (float)f32 : null,
            FieldType.Double => ReadFloat(token, negative),
            FieldType.UInt32 or FieldType.Fixed32 => ReadInteger(token, negative) is { } u32 && u32 >= 0 && u32 <= uint.MaxValue ? (uint)u32 : null,
            FieldType.UInt64 or FieldType.Fixed64 => ReadInteger(token, negative) is { } u64 && u64 >= 0 && u64 <= ulong.MaxValue ? (ulong)u64 : null,
            FieldType.Int32 or FieldType.SInt32 or FieldType.SFixed32 =>
                ReadInteger(token, negative) is { } i32 && i32 >= int.MinValue && i32 <= int.MaxValue ? (int)i32 : null,
            FieldType.Int64 or FieldType.SInt64 or FieldType.SFixed64 =>
                ReadInteger(token, negative) is { } i64 && i64 >= long.MinValue && i64 <= long.MaxValue ? (long)i64 : null,
            _ => (object?)null,
        };
        if (value is null)
        {
            throw tokens.Fail(start, $"field {field.Name} takes {Expected(field)}, given {(negative ? "a negative " : "")}{tokens.Describe()}");
        }

        tokens.Advance();
        return value;
    }

    private object ReadString(FieldDescriptor field)
    {
        if (tokens.Kind != TextTokenKind.String)
        {
            throw tokens.Fail($"field {field.Name} takes {Expected(field)}, given {tokens.Describe()}");
        }

        var start = tokens.Start;
        using var bytes = new PooledBuffer();
        while (tokens.Kind == TextTokenKind.String)
        {
            TextEscapes.Append(tokens.Token, tokens.Start, bytes, tokens);
            tokens.Advance();
        }

        try
        {
            return field.FieldType == FieldType.Bytes ? ByteString.CopyFrom(bytes.WrittenSpan) : StrictUtf8.GetString(bytes.WrittenSpan);
        }
        catch (DecoderFallbackException)
        {
            throw tokens.Fail(start, $"field {field.Name} takes text; the string is not UTF-8");
        }
    }

    private static object? ReadBool(ReadOnlySpan<char> token) => token switch
    {
        "true" or "True" or "t" or "1" => true,
        "false" or "False" or "f" or "0" => false,
        _ => null,
    };

    // Generated properties take the number for the enumeration's value.
    private static object? ReadEnum(EnumDescriptor type, ReadOnlySpan<char> token, bool negative)
    {
        if (!negative && type.FindValueByName(token.ToString()) is { } named)
        {
            return named.Number;
        }

        return char.IsAsciiDigit(token[0]) && ReadInteger(token, negative) is { } number && number >= int.MinValue && number <= int.MaxValue
            ? (int)number
            : null;
    }

    private static double? ReadFloat(ReadOnlySpan<char> token, bool negative)
    {
        double value;
        if (token.Equals("inf", StringComparison.OrdinalIgnoreCase) || token.Equals("infinity", StringComparison.OrdinalIgnoreCase))
        {
            value = double.PositiveInfinity;
        }
        else if (token.Equals("nan", StringComparison.OrdinalIgnoreCase))
        {
            value = double.NaN;
        }
        else if (!double.TryParse(
            token[^1] is 'f' or 'F' && token.Length > 1 ? token[..^1] : token,
            NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
            CultureInfo.InvariantCulture,
            out value))
        {
            return null;
        }

        return negative ? -value : value;
    }

    private static Int128? ReadInteger(ReadOnlySpan<char> token, bool negative)
    {
        var culture = CultureInfo.InvariantCulture;
        ulong value;
        if (token.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            if (!ulong.TryParse(token[2..], NumberStyles.AllowHexSpecifier, culture, out value))
            {
                return null;
            }
        }
        else if (token.Length > 1 && token[0] == '0')
        {
            value = 0;
            foreach (var digit in token)
            {
                if (digit is < '0' or > '7' || value > ulong.MaxValue >> 3)
                {
                    return null;
                }

                value = (value << 3) | (uint)(digit - '0');
            }
        }
        else if (!ulong.TryParse(token, NumberStyles.None, culture, out value))
        {
            return null;
        }

        return negative ? -(Int128)value : value;
    }

    private static string Expected(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.String or FieldType.Bytes => "a quoted string",
        FieldType.Bool => "true or false",
        FieldType.Enum => $"a value of {field.EnumType.Name}",
        FieldType.Float or FieldType.Double => "a number",
        _ => $"a whole number of type {field.FieldType.ToString().ToLowerInvariant()}",
    };
}
