using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Google.Protobuf;

namespace MuLambda.Protocol.Grpc;

/// <summary>
/// gRPC's length-prefixed messages: one byte of flags, the length as four big-endian bytes, the message. Messages
/// are not compressed: a flag that says otherwise ends the call with UNIMPLEMENTED.
/// </summary>
public static class GrpcFraming
{
    /// <summary>Bytes before each message.</summary>
    public const int HeaderBytes = 5;

    /// <summary>The message limit where none is set: 64 MiB.</summary>
    public const int DefaultMaxMessageBytes = 64 * 1024 * 1024;

    // Memory for a message grows as its bytes arrive, so that a length alone costs the receiver nothing.
    private const int FirstReadBytes = 64 * 1024;

    /// <summary>Writes header and message.</summary>
    /// <param name="output">Where to; it is advanced by exactly <see cref="HeaderBytes"/> and the message's size.</param>
    /// <param name="message">The message.</param>
    /// <param name="maxBytes">The largest message that may be sent.</param>
    /// <exception cref="GrpcException">RESOURCE_EXHAUSTED: the message is larger than the limit.</exception>
    public static void Write(IBufferWriter<byte> output, IMessage message, int maxBytes = DefaultMaxMessageBytes)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(message);
        var size = message.CalculateSize();
        if (size > maxBytes)
        {
            throw new GrpcException(StatusCode.ResourceExhausted, $"The message to send has {size} bytes; the limit is {maxBytes}.");
        }

        var header = output.GetSpan(HeaderBytes);
        header[0] = 0;
        BinaryPrimitives.WriteUInt32BigEndian(header[1..], (uint)size);
        output.Advance(HeaderBytes);
        message.WriteTo(output);
    }

    /// <summary>Reads the one message of a unary call and the end that must follow it.</summary>
    /// <typeparam name="T">The message's type.</typeparam>
    /// <param name="input">Where from; read to its end.</param>
    /// <param name="parser">Parses the message.</param>
    /// <param name="maxBytes">The largest message accepted.</param>
    /// <param name="cancellationToken">Gives the reading up.</param>
    /// <returns>The message, or null where the input ends before it begins.</returns>
    /// <exception cref="GrpcException">RESOURCE_EXHAUSTED over the limit; UNIMPLEMENTED for a compressed message;
    /// INTERNAL for a truncated or unreadable one or more than one.</exception>
    public static async ValueTask<T?> ReadUnaryAsync<T>(
        PipeReader input, MessageParser<T> parser, int maxBytes, CancellationToken cancellationToken = default)
        where T : class, IMessage<T>
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(parser);
        T? message = null;
        while (true)
        {
            var result = await input.ReadAsync(cancellationToken);
            var buffer = result.Buffer;
            var consumed = buffer.Start;
            try
            {
                if (result.IsCanceled)
                {
                    throw new OperationCanceledException(cancellationToken);
                }

                if (message is null && TryReadFrame(buffer, maxBytes, out var payload))
                {
                    message = Parse(parser, payload);
                    consumed = payload.End;
                    buffer = buffer.Slice(consumed);
                }

                if (message is not null && !buffer.IsEmpty)
                {
                    throw new GrpcException(StatusCode.Internal, "A unary call carries one message; more bytes follow it.");
                }

                if (result.IsCompleted)
                {
                    return message is null && !buffer.IsEmpty ? throw Truncated() : message;
                }
            }
            finally
            {
                input.AdvanceTo(consumed, buffer.End);
            }
        }
    }

    /// <summary>As the overload on a pipe, from a stream.</summary>
    /// <typeparam name="T">The message's type.</typeparam>
    /// <param name="input">Where from; read to its end.</param>
    /// <param name="parser">Parses the message.</param>
    /// <param name="maxBytes">The largest message accepted.</param>
    /// <param name="cancellationToken">Gives the reading up.</param>
    /// <returns>The message, or null where the input ends before it begins.</returns>
    /// <exception cref="GrpcException">As from the overload on a pipe.</exception>
    public static async ValueTask<T?> ReadUnaryAsync<T>(
        Stream input, MessageParser<T> parser, int maxBytes, CancellationToken cancellationToken = default)
        where T : class, IMessage<T>
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(parser);
        using var buffer = new PooledBuffer(4096);
        if (!await FillAsync(input, buffer, HeaderBytes, cancellationToken))
        {
            return buffer.Length == 0 ? null : throw Truncated();
        }

        var length = ReadHeader(buffer.WrittenSpan, maxBytes);
        if (!await FillAsync(input, buffer, HeaderBytes + length, cancellationToken))
        {
            throw Truncated();
        }

        var end = HeaderBytes + length;
        var message = Parse(parser, new ReadOnlySequence<byte>(buffer.WrittenMemory[HeaderBytes..end]));
        if (buffer.Length > end || await input.ReadAsync(buffer.GetMemory(1), cancellationToken) > 0)
        {
            throw new GrpcException(StatusCode.Internal, "A unary call carries one message; more bytes follow it.");
        }

        return message;
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

    private static bool TryReadFrame(ReadOnlySequence<byte> buffer, int maxBytes, out ReadOnlySequence<byte> payload)
    {
        payload = default;
        if (buffer.Length < HeaderBytes)
        {
            return false;
        }

        Span<byte> header = stackalloc byte[HeaderBytes];
        buffer.Slice(0, HeaderBytes).CopyTo(header);
        var length = ReadHeader(header, maxBytes);
        if (buffer.Length < HeaderBytes + (long)length)
        {
            return false;
        }

        payload = buffer.Slice(HeaderBytes, length);
        return true;
    }

    private static int ReadHeader(ReadOnlySpan<byte> header, int maxBytes)
    {
        var length = BinaryPrimitives.ReadUInt32BigEndian(header[1..]);
        return header[0] switch
        {
            1 => throw new GrpcException(StatusCode.Unimplemented, "The message is compressed; only identity encoding is understood."),
            > 1 => throw new GrpcException(StatusCode.Internal, $"The message has unknown flags 0x{header[0]:X2}."),
            _ => length > (uint)maxBytes
                ? throw new GrpcException(StatusCode.ResourceExhausted, $"The message received has {length} bytes; the limit is {maxBytes}.")
                : (int)length,
        };
    }

    private static T Parse<T>(MessageParser<T> parser, ReadOnlySequence<byte> payload)
        where T : class, IMessage<T>
    {
        try
        {
            return parser.ParseFrom(payload);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new GrpcException(StatusCode.Internal, $"The message cannot be parsed: {e.Message}", e);
        }
    }

    private static GrpcException Truncated() =>
        new(StatusCode.Internal, "The message ends before its announced length.");
}
