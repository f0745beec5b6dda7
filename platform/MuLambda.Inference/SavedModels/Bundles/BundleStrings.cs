using System.Buffers.Binary;
using Google.Protobuf;

namespace MuLambda.Inference.SavedModels.Bundles;

/// <summary>A tensor of strings as a bundle stores it: all lengths, a checksum of the lengths, all bytes.</summary>
internal static class BundleStrings
{
    /// <returns>The checksum of lengths, their checksum and bytes.</returns>
    /// <exception cref="InvalidDataException">The bytes hold something else.</exception>
    public static uint Read(string name, byte[] bytes, int count, ICollection<ByteString> strings)
    {
        try
        {
            var reader = new ByteReader(bytes);
            var lengths = new int[count];
            Span<byte> fixedLength = stackalloc byte[sizeof(uint)];
            uint checksum = 0;
            for (var i = 0; i < count; i++)
            {
                // Stored in as few bytes as it takes, but summed up as 32 bits.
                lengths[i] = reader.ReadLength();
                BinaryPrimitives.WriteInt32LittleEndian(fixedLength, lengths[i]);
                checksum = Crc32C.Append(checksum, fixedLength);
            }

            var stored = reader.Read(sizeof(uint));
            if (BinaryPrimitives.ReadUInt32LittleEndian(stored) != Crc32C.Mask(checksum))
            {
                throw new InvalidDataException("the checksum of their lengths does not match");
            }

            checksum = Crc32C.Append(checksum, stored);
            foreach (var length in lengths)
            {
                var at = reader.Position;
                checksum = Crc32C.Append(checksum, reader.Read(length));
                strings.Add(UnsafeByteOperations.UnsafeWrap(bytes.AsMemory(at, length)));
            }

            return reader.Left == 0 ? checksum : throw new InvalidDataException($"{reader.Left} bytes are left over");
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"the strings of tensor {name} are damaged: {e.Message}", e);
        }
    }
}
