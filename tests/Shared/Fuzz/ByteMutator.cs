namespace MuLambda.Tests.Fuzz;

/// <summary>Damages bytes without knowing what they mean.</summary>
internal static class ByteMutator
{
    /// <summary>A damaged copy.</summary>
    public static byte[] Damage(byte[] original, Random random)
    {
        byte[] bytes = [.. original];
        for (var i = random.Next(4) == 0 ? random.Next(2, 6) : 1; i > 0; i--)
        {
            bytes = Once(bytes, random);
        }

        return bytes;
    }

    /// <summary>Noise.</summary>
    public static byte[] Noise(int most, Random random)
    {
        var bytes = new byte[random.Next(most + 1)];
        random.NextBytes(bytes);
        return bytes;
    }

    /// <summary>Cut off: anywhere, near an end, or where a block of a file system or archive ends.</summary>
    public static byte[] Truncate(byte[] bytes, Random random)
    {
        var length = random.Next(4) switch
        {
            0 => bytes.Length - random.Next(1, 16),
            1 => random.Next(32),
            2 => random.Next((bytes.Length / 512) + 1) * 512,
            _ => random.Next(bytes.Length + 1),
        };
        return bytes[..Math.Clamp(length, 0, bytes.Length)];
    }

    private static byte[] Once(byte[] bytes, Random random)
    {
        if (bytes.Length == 0)
        {
            return Noise(64, random);
        }

        var (from, length) = Block(bytes, random);
        var block = bytes.AsSpan(from, length).ToArray();
        switch (random.Next(10))
        {
            case 0:
                return Truncate(bytes, random);
            case 1 or 2:
                for (var i = random.Next(1, 9); i > 0; i--)
                {
                    bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                }

                return bytes;
            case 3 or 4:
                var value = Interesting.Bytes(random);
                value.AsSpan(0, Math.Min(value.Length, bytes.Length - from)).CopyTo(bytes.AsSpan(from));
                return bytes;
            case 5:
                return [.. bytes[..from], .. Interesting.Bytes(random), .. bytes[from..]];
            case 6:
                return [.. bytes[..from], .. bytes[(from + length)..]];
            case 7:
                return [.. bytes[..from], .. Enumerable.Repeat(block, random.Next(1, 9)).SelectMany(b => b), .. bytes[from..]];
            case 8:
                block.CopyTo(bytes.AsSpan(random.Next(bytes.Length - length + 1)));
                return bytes;
            default:
                bytes.AsSpan(from, length).Fill((byte)(random.Next(2) * 255));
                return bytes;
        }
    }

    private static (int From, int Length) Block(byte[] bytes, Random random)
    {
        var length = Math.Min(bytes.Length, 1 << random.Next(random.Next(1, 14)));
        return (random.Next(bytes.Length - length + 1), length);
    }
}
