using System.Globalization;

namespace MuLambda.Protocol.Grpc;

/// <summary>The value of the <c>grpc-timeout</c> header: at most eight digits and a unit.</summary>
public static class GrpcTimeout
{
    private const long MaxValue = 99_999_999;

    private static readonly (char Unit, long Nanoseconds)[] Units =
    [
        ('n', 1),
        ('u', 1_000),
        ('m', 1_000_000),
        ('S', 1_000_000_000),
        ('M', 60_000_000_000),
        ('H', 3_600_000_000_000),
    ];

    /// <summary>Writes a timeout in the finest unit that holds it without losing time, rounded up.</summary>
    /// <param name="timeout">A positive time.</param>
    public static string Format(TimeSpan timeout)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timeout, TimeSpan.Zero);
        var nanoseconds = (Int128)timeout.Ticks * TimeSpan.NanosecondsPerTick;
        foreach (var (unit, size) in Units)
        {
            var value = (nanoseconds + size - 1) / size;
            if (value <= MaxValue)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{(long)value}{unit}");
            }
        }

        return string.Create(CultureInfo.InvariantCulture, $"{MaxValue}H");
    }

    /// <summary>Reads a header's value.</summary>
    /// <param name="text">The header's value.</param>
    /// <param name="timeout">The time, rounded up to the clock's tick.</param>
    /// <returns>False for anything that is not one to eight digits and a unit.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out TimeSpan timeout)
    {
        timeout = default;
        if (text.Length is < 2 or > 9
            || !long.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var value))
        {
            return false;
        }

        foreach (var (unit, size) in Units)
        {
            if (unit == text[^1])
            {
                var ticks = ((Int128)value * size + TimeSpan.NanosecondsPerTick - 1) / TimeSpan.NanosecondsPerTick;
                timeout = new TimeSpan((long)Int128.Min(ticks, TimeSpan.MaxValue.Ticks));
                return true;
            }
        }

        return false;
    }
}
