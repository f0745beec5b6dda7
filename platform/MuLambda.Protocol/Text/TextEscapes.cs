using System.Globalization;
using System.Text;

namespace MuLambda.Protocol.Text;

/// <summary>The bytes a quoted string stands for.</summary>
internal static class TextEscapes
{
    /// <param name="token">The string with its quotes.</param>
    /// <param name="start">Where the token begins in the text.</param>
    /// <param name="to">Where the bytes go.</param>
    /// <param name="tokens">Makes the errors.</param>
    public static void Append(ReadOnlySpan<char> token, int start, PooledBuffer to, TextTokenizer tokens)
    {
        var body = token[1..^1];
        for (var i = 0; i < body.Length;)
        {
            var escape = body[i..].IndexOf('\\');
            var plain = escape < 0 ? body[i..] : body.Slice(i, escape);
            to.Advance(Encoding.UTF8.GetBytes(plain, to.GetSpan(Encoding.UTF8.GetMaxByteCount(plain.Length))));
            i += plain.Length;
            if (escape >= 0)
            {
                i += Unescape(body[i..], to) is var length and > 0
                    ? length
                    : throw tokens.Fail(start + 1 + i, $"'{body.Slice(i, Math.Min(2, body.Length - i))}' is no escape sequence of a string");
            }
        }
    }

    // The length of the sequence, 0 where it is none.
    private static int Unescape(ReadOnlySpan<char> text, PooledBuffer to)
    {
        if (text.Length < 2)
        {
            return 0;
        }

        switch (text[1])
        {
            case 'n': return Put(to, '\n');
            case 't': return Put(to, '\t');
            case 'r': return Put(to, '\r');
            case 'a': return Put(to, '\a');
            case 'b': return Put(to, '\b');
            case 'f': return Put(to, '\f');
            case 'v': return Put(to, '\v');
            case '\\' or '\'' or '"' or '?': return Put(to, text[1]);
            case 'x' or 'X':
                var hex = Count(text[2..], 2, char.IsAsciiHexDigit);
                return hex == 0 ? 0 : Put(to, (char)Number(text.Slice(2, hex), 16), 2 + hex);
            case 'u': return Unicode(text, 4, to);
            case 'U': return Unicode(text, 8, to);
            default:
                var octal = Count(text[1..], 3, c => c is >= '0' and <= '7');
                return octal == 0 || Number(text.Slice(1, octal), 8) > 255 ? 0 : Put(to, (char)Number(text.Slice(1, octal), 8), 1 + octal);
        }
    }

    private static int Unicode(ReadOnlySpan<char> text, int digits, PooledBuffer to)
    {
        if (Count(text[2..], digits, char.IsAsciiHexDigit) < digits
            || !Rune.TryCreate(Number(text.Slice(2, digits), 16), out var rune))
        {
            return 0;
        }

        to.Advance(rune.EncodeToUtf8(to.GetSpan(4)));
        return 2 + digits;
    }

    private static int Put(PooledBuffer to, char value, int length = 2)
    {
        to.GetSpan(1)[0] = (byte)value;
        to.Advance(1);
        return length;
    }

    private static int Count(ReadOnlySpan<char> text, int most, Func<char, bool> belongs)
    {
        var count = 0;
        while (count < most && count < text.Length && belongs(text[count]))
        {
            count++;
        }

        return count;
    }

    private static uint Number(ReadOnlySpan<char> digits, int radix)
    {
        uint value = 0;
        foreach (var digit in digits)
        {
            value = (value * (uint)radix) + uint.Parse([digit], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        }

        return value;
    }
}
