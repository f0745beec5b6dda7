using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace MuLambda.Protocol.Rest;

/// <summary>Floating-point numbers in TensorFlow Serving's JSON.</summary>
internal static class JsonNumbers
{
    /// <summary>
    /// Writes the shortest text that reads back as the same value, always with a mark of a fraction or an exponent, so that
    /// readers which tell whole numbers from others keep the type.
    /// </summary>
    public static void Write<T>(Utf8JsonWriter writer, T value)
        where T : struct, IBinaryFloatingPointIeee754<T>, IUtf8SpanFormattable
    {
        if (!T.IsFinite(value))
        {
            writer.WriteRawValue(
                T.IsNaN(value) ? "NaN"u8 : T.IsNegative(value) ? "-Infinity"u8 : "Infinity"u8, skipInputValidation: true);
            return;
        }

        Span<byte> text = stackalloc byte[40];
        value.TryFormat(text, out var length, "R", CultureInfo.InvariantCulture);
        if (!text[..length].ContainsAny((byte)'.', (byte)'E'))
        {
            text[length++] = (byte)'.';
            text[length++] = (byte)'0';
        }

        writer.WriteRawValue(text[..length], skipInputValidation: true);
    }

    /// <summary>Whether the string the reader stands on is the name of a number that is not finite.</summary>
    public static bool TryReadNonFinite(ref Utf8JsonReader reader, out double value)
    {
        value = reader.ValueTextEquals("NaN"u8) ? double.NaN
            : reader.ValueTextEquals("Infinity"u8) ? double.PositiveInfinity
            : reader.ValueTextEquals("-Infinity"u8) ? double.NegativeInfinity
            : 0;
        return value != 0;
    }
}
