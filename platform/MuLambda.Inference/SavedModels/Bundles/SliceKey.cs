using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace MuLambda.Inference.SavedModels.Bundles;

/// <summary>
/// The key under which a bundle stores a slice: name, rank, starts and lengths, encoded so that the bytes sort as what they
/// stand for.
/// </summary>
internal static class SliceKey
{
    public static byte[] Encode(string name, TensorSlice slice)
    {
        var key = new List<byte>();
        AddUnsigned(key, 0);
        AddText(key, name);
        AddUnsigned(key, (ulong)slice.Extents.Count);
        foreach (var (start, length) in slice.Extents)
        {
            AddSigned(key, start);
            AddSigned(key, length);
        }

        return [.. key];
    }

    // How many bytes follow, then the bytes, the highest first.
    private static void AddUnsigned(List<byte> key, ulong value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        var length = sizeof(ulong) - (BitOperations.LeadingZeroCount(value) / 8);
        key.Add((byte)length);
        key.AddRange(bytes[^length..]);
    }

    // The bytes 0 and 255 are followed by their opposites, so that 0 1 can mark the end.
    private static void AddText(List<byte> key, string text)
    {
        foreach (var b in Encoding.UTF8.GetBytes(text))
        {
            key.Add(b);
            if (b is 0 or 255)
            {
                key.Add((byte)~b);
            }
        }

        key.Add(0);
        key.Add(1);
    }

    // Two's complement in as few bytes as hold it and its length: as many leading bits repeat the inverted sign as there are bytes.
    private static void AddSigned(List<byte> key, long value)
    {
        var magnitude = (ulong)(value < 0 ? ~value : value);
        var bits = 64 - BitOperations.LeadingZeroCount(magnitude);
        var length = (bits / 7) + 1;
        var sign = value < 0 ? byte.MaxValue : (byte)0;
        Span<byte> bytes = stackalloc byte[2 + sizeof(long)];
        bytes[..2].Fill(sign);
        BinaryPrimitives.WriteInt64BigEndian(bytes[2..], value);
        var used = bytes[^length..];
        var marks = 0xFFFF << (16 - length);
        used[0] ^= (byte)(marks >> 8);
        if (length > 8)
        {
            used[1] ^= (byte)marks;
        }

        key.AddRange(used);
    }
}
