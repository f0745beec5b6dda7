using System.Buffers.Binary;

namespace MuLambda.Tests.Fuzz;

/// <summary>Values at which parsers break: limits of the integer types, their neighbours, sizes that nobody can allocate.</summary>
internal static class Interesting
{
    private static readonly long[] Numbers =
    [
        0, 1, 2, 3, 4, 7, 8, 16, 127, 128, 255, 256, 1023, 32767, 32768, 65535, 65536, 1 << 20, 1 << 28, (1L << 30) - 1,
        int.MaxValue - 1, int.MaxValue, 1L << 31, uint.MaxValue, 1L << 32, 1L << 40, long.MaxValue / 4, long.MaxValue - 1, long.MaxValue,
        -1, -2, -128, -32768, int.MinValue, int.MinValue + 1L, -(1L << 40), long.MinValue / 2, long.MinValue,
    ];

    /// <summary>A number from the list, or one near <paramref name="value"/>.</summary>
    public static long Number(Random random, long value = 0) => random.Next(6) switch
    {
        0 => unchecked(value + random.Next(-2, 3)),
        1 => value ^ (1L << random.Next(64)),
        2 => random.Next(40),
        _ => Numbers[random.Next(Numbers.Length)],
    };

    /// <summary>Some bytes: an interesting number in one of the ways that files write numbers, or noise.</summary>
    public static byte[] Bytes(Random random)
    {
        var bytes = new byte[8];
        var number = Number(random);
        switch (random.Next(6))
        {
            case 0:
                BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
                return bytes[..(1 << random.Next(4))];
            case 1:
                BinaryPrimitives.WriteInt64BigEndian(bytes, number);
                return bytes[^(1 << random.Next(4))..];
            case 2:
                return Varint(unchecked((ulong)number));
            case 3:
                return [.. Enumerable.Repeat((byte)0xff, random.Next(1, 12))];
            case 4:
                return [.. "0123456789.eE+-[]{}\",:/\\\0\n "u8.ToArray().OrderBy(_ => random.Next()).Take(random.Next(1, 9))];
            default:
                random.NextBytes(bytes);
                return bytes[..random.Next(1, 9)];
        }
    }

    /// <summary>A number as protocol buffers write it.</summary>
    public static byte[] Varint(ulong value)
    {
        var bytes = new List<byte>(10);
        while (value >= 0x80)
        {
            bytes.Add((byte)(value | 0x80));
            value >>= 7;
        }

        bytes.Add((byte)value);
        return [.. bytes];
    }
}
