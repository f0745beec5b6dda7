using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Google.Protobuf;

namespace MuLambda.Protocol.Grpc;

/// <summary>
/// gRPC's length-prefixed messages: one byte of flags, the length as four big-endian bytes, the message, which the flag 1
/// marks as compressed.
/// </summary>
public static class GrpcFraming
{
    /// <summary>Bytes before each message.</summary>
    public const int HeaderBytes = 5;

    /// <summary>The message limit where none is set: 64 MiB.</summary>
    public const int DefaultMaxMessageBytes = 64 * 1024 * 1024;

    // Below this a message is sent as it is: compressing it costs more than it saves.
    private const int SmallestCompressedBytes = 1024;

    // Memory for a message grows as its bytes arrive, so that a length alone costs the receiver nothing.
    private const int FirstReadBytes = 64 * 1024;

    /// <summary>Writes header and message.</summary>
    /// <param name="output">Where to; it is advanced by exactly what is written.</param>
    /// <param name="message">The message.</param>
    /// <param name="maxBytes">The largest message that may be sent, before compression.</param>
    /// <param name="encoding">How to compress it; a message that gains nothing is sent as it is.</param>
    /// <exception cref="GrpcException">RESOURCE_EXHAUSTED: the message is larger than the limit.</exception>
    public static void Write(
        IBufferWriter<byte> output,
        IMessage message,
        int maxBytes = DefaultMaxMessageBytes,
        GrpcEncoding encoding = GrpcEncoding.Identity)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(message);
        var size = message.CalculateSize();
        if (size > maxBytes)
        {
            throw new GrpcException(StatusCode.ResourceExhausted, $"The message to send has {size} bytes; the limit is {maxBytes}.");
        }

        if (encoding == GrpcEncoding.Gzip && size >= SmallestCompressedBytes)
        {
            using var compressed = new PooledBuffer(size / 2);
            GrpcCompression.Compress(message, compressed);
            if (compressed.Length < size)
            {
                WriteHeader(output, 1, compressed.Length);
                output.Write(compressed.WrittenSpan);
                return;
            }
        }

        WriteHeader(output, 0, size);
        message.WriteTo(output);
    }

    /// <summary>Writes header and message.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="payload">The message.</param>
    internal static void Write(IBufferWriter<byte> output, IGrpcPayload payload)
    {
        WriteHeader(output, 0, payload.Size);
        payload.WriteTo(output);
    }

    /// <summary>Reads the one message of a unary call and the end that must follow it.</summary>
    /// <typeparam name="T">The message's type.</typeparam>
    /// <param name="input">Where from; read to its end.</param>
    /// <param name="parser">Parses the message.</param>
    /// <param name="maxBytes">The largest message accepted, compressed or not.</param>
    /// <param name="encoding">The encoding of a message that is flagged as compressed.</param>
    /// <param name="cancellationToken">Gives the reading up.</param>
    /// <returns>The message, or null where the input ends before it begins.</returns>
    /// <exception cref="GrpcException">RESOURCE_EXHAUSTED over the limit; INTERNAL for a truncated or unreadable message, more
    /// than one, or a compressed one without an encoding.</exception>
    public static async ValueTask<T?> ReadUnaryAsync<T>(
        PipeReader input,
        MessageParser<T> parser,
        int maxBytes,
        GrpcEncoding encoding = GrpcEncoding.Identity,
        CancellationToken cancellationToken = default)
        where T : class, IMessage<T>
    {
        var message = await ReadNextAsync(input, parser, maxBytes, encoding, cancellationToken);
        if (message is not null && !TryReadEnd(input))
        {
            await ReadEndAsync(input, cancellationToken);
        }

        return message;
    }

    /// <summary>Whether the input has ended, as far as is known without waiting.</summary>
    /// <param name="input">Where from.</param>
    /// <exception cref="GrpcException">INTERNAL: more comes instead.</exception>
    public static bool TryReadEnd(PipeReader input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.TryRead(out var rest) && IsEnd(input, rest);
    }

    /// <summary>Waits for the end of the input.</summary>
    /// <param name="input">Where from.</param>
    /// <param name="cancellationToken">Gives the waiting up.</param>
    /// <exception cref="GrpcException">INTERNAL: more comes instead.</exception>
    public static async ValueTask ReadEndAsync(PipeReader input, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(input);
        bool isEnd;
        do
        {
            var rest = await input.ReadAsync(cancellationToken);
            isEnd = IsEnd(input, rest);
            ThrowIfCanceled(rest, cancellationToken);
        }
        while (!isEnd);
    }

    private static bool IsEnd(PipeReader input, ReadResult rest)
    {
        input.AdvanceTo(rest.Buffer.Start, rest.Buffer.End);
        return rest.Buffer.IsEmpty ? rest.IsCompleted : throw MoreThanOne();
    }

    /// <summary>Reads the next message of a stream of them.</summary>
    /// <typeparam name="T">The messages' type.</typeparam>
    /// <param name="input">Where from.</param>
    /// <param name="parser">Parses the message.</param>
    /// <param name="maxBytes">The largest message accepted, compressed or not.</param>
    /// <param name="encoding">The encoding of messages that are flagged as compressed.</param>
    /// <param name="cancellationToken">Gives the reading up.</param>
    /// <returns>The message, or null where the input has ended.</returns>
    /// <exception cref="GrpcException">As from <see cref="ReadUnaryAsync{T}(PipeReader, MessageParser{T}, int, GrpcEncoding, CancellationToken)"/>.</exception>
    public static async ValueTask<T?> ReadNextAsync<T>(
        PipeReader input,
        MessageParser<T> parser,
        int maxBytes,
        GrpcEncoding encoding = GrpcEncoding.Identity,
        CancellationToken cancellationToken = default)
        where T : class, IMessage<T>
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(parser);
        while (true)
        {
            var result = await input.ReadAsync(cancellationToken);
            var buffer = result.Buffer;
            var (consumed, examined) = (buffer.Start, buffer.End);
            try
            {
                ThrowIfCanceled(result, cancellationToken);
                if (TryReadFrame(buffer, maxBytes, out var payload, out var compressed))
                {
                    (consumed, examined) = (payload.End, payload.End);
                    return Parse(parser, payload, compressed, encoding, maxBytes);
                }

                if (result.IsCompleted)
                {
                    return buffer.IsEmpty ? null : throw Truncated();
                }
            }
            finally
            {
                input.AdvanceTo(consumed, examined);
            }
        }
    }

    /// <summary>As the overload on a pipe, from a stream.</summary>
    /// <typeparam name="T">The message's type.</typeparam>
    /// <param name="input">Where from; read to its end.</param>
    /// <param name="parser">Parses the message.</param>
    /// <param name="maxBytes">The largest message accepted, compressed or not.</param>
    /// <param name="encoding">The encoding of a message that is flagged as compressed.</param>
    /// <param name="cancellationToken">Gives the reading up.</param>
    /// <returns>The message, or null where the input ends before it begins.</returns>
    /// <exception cref="GrpcException">As from the overload on a pipe.</exception>
    public static async ValueTask<T?> ReadUnaryAsync<T>(
        Stream input,
        MessageParser<T> parser,
        int maxBytes,
        GrpcEncoding encoding = GrpcEncoding.Identity,
        CancellationToken cancellationToken = default)
        where T : class, IMessage<T>
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(parser);
        using var buffer = new PooledBuffer(4096);
        if (!await FillAsync(input, buffer, HeaderBytes, cancellationToken))
        {
            return buffer.Length == 0 ? null : throw Truncated();
        }

        var (length, compressed) = ReadHeader(buffer.WrittenSpan, maxBytes);
        if (!await FillAsync(input, buffer, HeaderBytes + length, cancellationToken))
        {
            throw Truncated();
        }

        var end = HeaderBytes + length;
        var message = Parse(parser, new ReadOnlySequence<byte>(buffer.WrittenMemory[HeaderBytes..end]), compressed, encoding, maxBytes);
        if (buffer.Length > end || await input.ReadAsync(buffer.GetMemory(1), cancellationToken) > 0)
        {
            throw MoreThanOne();
        }

        return message;
    }

    private static void WriteHeader(IBufferWriter<byte> output, byte flags, int size)
    {
        var header = output.GetSpan(HeaderBytes);
        header[0] = flags;
        BinaryPrimitives.WriteUInt32BigEndian(header[1..], (uint)size);
        output.Advance(HeaderBytes);
    }

    private static async ValueTask<bool> FillAsync(Stream input, PooledBuffer buffer, long length, CancellationToken cancellationToken)
    {
        while (buffer.Length < length)
        {
            var read = await input.ReadAsync(
                buffer.GetMemory((int)Math.Min(length - buffer.Length, FirstReadBytes)), cancellationToken);
            if (read == 0)
            {
                return false;
            }

            buffer.Advance(read);
        }

        return true;
    }

    private static bool TryReadFrame(
        in ReadOnlySequence<byte> buffer, int maxBytes, out ReadOnlySequence<byte> payload, out bool compressed)
    {
        (payload, compressed) = (default, false);
        if (buffer.Length < HeaderBytes)
        {
            return false;
        }

        Span<byte> header = stackalloc byte[HeaderBytes];
        buffer.Slice(0, HeaderBytes).CopyTo(header);
        (var length, compressed) = ReadHeader(header, maxBytes);
        if (buffer.Length < HeaderBytes + (long)length)
        {
            return false;
        }

        payload = buffer.Slice(HeaderBytes, length);
        return true;
    }

    private static (int Length, bool Compressed) ReadHeader(ReadOnlySpan<byte> header, int maxBytes)
    {
        if (header[0] > 1)
        {
            throw new GrpcException(StatusCode.Internal, $"The message has unknown flags 0x{header[0]:X2}.");
        }

        var length = BinaryPrimitives.ReadUInt32BigEndian(header[1..]);
        return length > (uint)maxBytes
            ? throw new GrpcException(StatusCode.ResourceExhausted, $"The message received has {length} bytes; the limit is {maxBytes}.")
            : ((int)length, header[0] == 1);
    }

    private static T Parse<T>(
        MessageParser<T> parser, in ReadOnlySequence<byte> payload, bool compressed, GrpcEncoding encoding, int maxBytes)
        where T : class, IMessage<T>
    {
        if (!compressed)
        {
            return Parse(parser, payload);
        }

        if (encoding == GrpcEncoding.Identity)
        {
            throw new GrpcException(StatusCode.Internal, $"The message is compressed, and no {GrpcHeaders.Encoding} says how.");
        }

        using var unpacked = GrpcCompression.Decompress(payload, maxBytes);
        return Parse(parser, new ReadOnlySequence<byte>(unpacked.WrittenMemory));
    }

    private static T Parse<T>(MessageParser<T> parser, in ReadOnlySequence<byte> payload)
        where T : class, IMessage<T>
    {
        try
        {
            return parser.ParseFrom(payload);
        }
        // Some damage the library calls an operation that is not valid.
        catch (Exception e) when (e is InvalidProtocolBufferException or InvalidOperationException)
        {
            throw new GrpcException(StatusCode.Internal, $"The message cannot be parsed: {e.Message}", e);
        }
    }

    private static void ThrowIfCanceled(in ReadResult result, CancellationToken cancellationToken)
    {
        if (result.IsCanceled)
        {
            throw new OperationCanceledException(cancellationToken);
        }
    }

    internal static GrpcException MoreThanOne() =>
        new(StatusCode.Internal, "A unary call carries one message; more bytes follow it.");

    private static GrpcException Truncated() =>
        new(StatusCode.Internal, "The message ends before its announced length.");
}
