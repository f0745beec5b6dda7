using System.Buffers.Binary;
using MuLambda.Inference;

namespace MuLambda.Executor.Models;

/// <summary>Reads TensorFlow's record files: each record is its length and its bytes, both with a checksum.</summary>
internal static class RecordFile
{
    private const int HeaderBytes = 12;
    private const int FooterBytes = 4;

    /// <summary>The records in order.</summary>
    /// <param name="file">The file.</param>
    /// <param name="maxRecordBytes">The largest record.</param>
    /// <exception cref="InvalidDataException">The file is damaged, or a record too large.</exception>
    public static IEnumerable<byte[]> Read(string file, int maxRecordBytes)
    {
        using var stream = File.OpenRead(file);
        foreach (var record in Read(stream, file, maxRecordBytes))
        {
            yield return record;
        }
    }

    /// <summary>The records of a stream.</summary>
    /// <param name="stream">The records; the caller disposes it.</param>
    /// <param name="file">Its name, for errors.</param>
    /// <param name="maxRecordBytes">The largest record.</param>
    /// <exception cref="InvalidDataException">It is damaged, or a record too large.</exception>
    public static IEnumerable<byte[]> Read(Stream stream, string file, int maxRecordBytes)
    {
        var header = new byte[HeaderBytes];
        var footer = new byte[FooterBytes];
        while (stream.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false) is > 0 and var read)
        {
            if (read < HeaderBytes || !Fits(header.AsSpan(0, 8), header.AsSpan(8)))
            {
                throw Damaged(file, stream.Position);
            }

            var length = BinaryPrimitives.ReadUInt64LittleEndian(header);
            if (length > (ulong)maxRecordBytes || (long)length > stream.Length - stream.Position)
            {
                throw new InvalidDataException($"{file} has a record of {length} bytes; the limit is {maxRecordBytes} and the file's end.");
            }

            var record = new byte[length];
            stream.ReadExactly(record);
            if (stream.ReadAtLeast(footer, FooterBytes, throwOnEndOfStream: false) < FooterBytes || !Fits(record, footer))
            {
                throw Damaged(file, stream.Position);
            }

            yield return record;
        }
    }

    private static bool Fits(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> checksum) =>
        Crc32C.Masked(bytes) == BinaryPrimitives.ReadUInt32LittleEndian(checksum);

    private static InvalidDataException Damaged(string file, long position) => new($"{file} is damaged before byte {position}.");
}
