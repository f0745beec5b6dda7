using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;
using Google.Protobuf;

namespace MuLambda.Protocol.Grpc;

/// <summary>gzip for single messages.</summary>
internal static class GrpcCompression
{
    private const int ReadBytes = 16 * 1024;

    /// <summary>Appends a message, compressed.</summary>
    public static void Compress(IMessage message, PooledBuffer output)
    {
        using var gzip = new GZipStream(new BufferWriterStream(output), CompressionLevel.Fastest);
        message.WriteTo(gzip);
    }

    /// <summary>Unpacks a message; it never holds more than the limit, whatever the compressed bytes claim.</summary>
    /// <exception cref="GrpcException">RESOURCE_EXHAUSTED over the limit, INTERNAL for anything that is no gzip.</exception>
    public static PooledBuffer Decompress(ReadOnlySequence<byte> compressed, int maxBytes)
    {
        var output = new PooledBuffer(ReadBytes);
        try
        {
            using var gzip = new GZipStream(PipeReader.Create(compressed).AsStream(), CompressionMode.Decompress);
            while (gzip.Read(output.GetSpan(1)) is > 0 and var read)
            {
                output.Advance(read);
                if (output.Length > maxBytes)
                {
                    throw new GrpcException(
                        StatusCode.ResourceExhausted, $"The message received has more than {maxBytes} bytes when unpacked, which is the limit.");
                }
            }

            return output;
        }
        catch (InvalidDataException e)
        {
            output.Dispose();
            throw new GrpcException(StatusCode.Internal, "The message is flagged as gzip and cannot be unpacked.", e);
        }
        catch
        {
            output.Dispose();
            throw;
        }
    }
}
