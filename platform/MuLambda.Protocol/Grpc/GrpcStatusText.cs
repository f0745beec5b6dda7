using System.Buffers;
using System.Globalization;
using System.Text;

namespace MuLambda.Protocol.Grpc;

/// <summary>The percent-encoding of <c>grpc-message</c>: printable ASCII but % goes as it is, other UTF-8 bytes as %XX.</summary>
public static class GrpcStatusText
{
    private const int MaxBytes = 4096;

    private static readonly SearchValues<char> Plain = SearchValues.Create(
        string.Concat(Enumerable.Range(0x20, 0x7F - 0x20).Select(c => (char)c).Where(c => c != '%')));

    /// <summary>Encodes a message; one beyond 4096 bytes is cut.</summary>
    /// <param name="message">Any text.</param>
    public static string Encode(string message)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (message.Length <= MaxBytes && !message.AsSpan().ContainsAnyExcept(Plain))
        {
            return message;
        }

        var text = new StringBuilder(message.Length + 16);
        var left = MaxBytes;
        Span<byte> utf8 = stackalloc byte[4];
        foreach (var rune in message.EnumerateRunes())
        {
            var length = rune.EncodeToUtf8(utf8);
            left -= length;
            if (left < 0)
            {
                break;
            }

            foreach (var value in utf8[..length])
            {
                if (value is >= 0x20 and < 0x7F and not (byte)'%')
                {
                    text.Append((char)value);
                }
                else
                {
                    text.Append(CultureInfo.InvariantCulture, $"%{value:X2}");
                }
            }
        }

        return text.ToString();
    }

    /// <summary>Decodes a message; what is not valid percent-encoding stays as it is.</summary>
    /// <param name="encoded">The header's value.</param>
    public static string Decode(string encoded)
    {
        ArgumentNullException.ThrowIfNull(encoded);
        if (!encoded.Contains('%', StringComparison.Ordinal))
        {
            return encoded;
        }

        var bytes = new ArrayBufferWriter<byte>(encoded.Length);
        for (var i = 0; i < encoded.Length; i++)
        {
            if (encoded[i] == '%' && i + 2 < encoded.Length
                && byte.TryParse(encoded.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
            {
                bytes.Write([value]);
                i += 2;
            }
            else
            {
                Encoding.UTF8.GetBytes(encoded.AsSpan(i, 1), bytes);
            }
        }

        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }
}
