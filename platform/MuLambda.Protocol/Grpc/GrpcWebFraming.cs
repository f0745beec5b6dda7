using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Net.Http.Headers;
using System.Text;
using Google.Protobuf;

namespace MuLambda.Protocol.Grpc;

/// <summary>
/// How gRPC-Web tells a call's status where HTTP has no trailers to read: behind the messages, in a frame with the flag 0x80 that holds
/// lines of <c>name:value</c>.
/// </summary>
public static class GrpcWebFraming
{
    /// <summary>The longest frame of trailers that is read: 64 KiB.</summary>
    public const int MaxTrailerBytes = 64 * 1024;

    private const byte TrailersFlag = 0x80;

    /// <summary>The bytes of the frame that <see cref="WriteTrailers"/> writes.</summary>
    /// <param name="trailers">Names and values of printable ASCII.</param>
    public static int SizeOfTrailers(IReadOnlyList<KeyValuePair<string, string>> trailers)
    {
        ArgumentNullException.ThrowIfNull(trailers);
        return GrpcFraming.HeaderBytes + LengthOf(trailers);
    }

    /// <summary>Writes the last frame of an answer.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="trailers">Names and values of printable ASCII, <c>grpc-status</c> among them.</param>
    public static void WriteTrailers(IBufferWriter<byte> output, IReadOnlyList<KeyValuePair<string, string>> trailers)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(trailers);
        var length = LengthOf(trailers);
        var frame = output.GetSpan(GrpcFraming.HeaderBytes + length);
        frame[0] = TrailersFlag;
        BinaryPrimitives.WriteUInt32BigEndian(frame[1..], (uint)length);
        var at = GrpcFraming.HeaderBytes;
        for (var i = 0; i < trailers.Count; i++)
        {
            at += Encoding.ASCII.GetBytes(trailers[i].Key, frame[at..]);
            frame[at++] = (byte)':';
            at += Encoding.ASCII.GetBytes(trailers[i].Value, frame[at..]);
            frame[at++] = (byte)'\r';
            frame[at++] = (byte)'\n';
        }

        output.Advance(at);
    }

    /// <summary>Reads the one message of a unary call, and the trailers behind it.</summary>
    /// <returns>The message, or null where there is none.</returns>
    internal static async ValueTask<T?> ReadUnaryAsync<T>(
        Stream body, MessageParser<T> parser, int maxBytes, GrpcEncoding encoding, HttpResponseHeaders trailers, CancellationToken cancellationToken)
        where T : class, IMessage<T>
    {
        var input = PipeReader.Create(body);
        try
        {
            var message = await ReadNextAsync(input, parser, maxBytes, encoding, trailers, cancellationToken);
            return message is null || await ReadNextAsync(input, parser, maxBytes, encoding, trailers, cancellationToken) is null
                ? message
                : throw GrpcFraming.MoreThanOne();
        }
        finally
        {
            await input.CompleteAsync();
        }
    }

    /// <summary>Reads the next message, or the trailers.</summary>
    /// <returns>The message, or null where the trailers came, or the end.</returns>
    internal static async ValueTask<T?> ReadNextAsync<T>(
        PipeReader input, MessageParser<T> parser, int maxBytes, GrpcEncoding encoding, HttpResponseHeaders trailers, CancellationToken cancellationToken)
        where T : class, IMessage<T>
    {
        while (true)
        {
            var result = await input.ReadAsync(cancellationToken);
            var buffer = result.Buffer;
            if (buffer.IsEmpty || (buffer.FirstSpan[0] & TrailersFlag) == 0)
            {
                input.AdvanceTo(buffer.Start);
                return await GrpcFraming.ReadNextAsync(input, parser, maxBytes, encoding, cancellationToken);
            }

            if (TryReadTrailers(ref buffer, trailers))
            {
                input.AdvanceTo(buffer.Start);
                await GrpcFraming.ReadEndAsync(input, cancellationToken);
                return null;
            }

            input.AdvanceTo(buffer.Start, buffer.End);
            if (result.IsCompleted)
            {
                throw new GrpcException(StatusCode.Internal, "The trailers end before their announced length.");
            }
        }
    }

    private static bool TryReadTrailers(ref ReadOnlySequence<byte> buffer, HttpResponseHeaders trailers)
    {
        if (buffer.Length < GrpcFraming.HeaderBytes)
        {
            return false;
        }

        Span<byte> header = stackalloc byte[GrpcFraming.HeaderBytes];
        buffer.Slice(0, GrpcFraming.HeaderBytes).CopyTo(header);
        var length = BinaryPrimitives.ReadUInt32BigEndian(header[1..]);
        if (header[0] != TrailersFlag || length > MaxTrailerBytes)
        {
            throw new GrpcException(
                StatusCode.Internal, $"The trailers have flags 0x{header[0]:X2} and {length} bytes; expected 0x{TrailersFlag:X2}, and at most {MaxTrailerBytes}.");
        }

        if (buffer.Length < GrpcFraming.HeaderBytes + length)
        {
            return false;
        }

        var frame = buffer.Slice(GrpcFraming.HeaderBytes, length);
        foreach (var line in Encoding.ASCII.GetString(frame).AsSpan().EnumerateLines())
        {
            var colon = line.IndexOf(':');
            if (colon > 0)
            {
                trailers.TryAddWithoutValidation(line[..colon].Trim().ToString(), line[(colon + 1)..].Trim().ToString());
            }
            else if (!line.IsEmpty)
            {
                throw new GrpcException(StatusCode.Internal, "A line of the trailers is no 'name: value'.");
            }
        }

        buffer = buffer.Slice(frame.End);
        return true;
    }

    private static int LengthOf(IReadOnlyList<KeyValuePair<string, string>> trailers)
    {
        var length = 0;
        for (var i = 0; i < trailers.Count; i++)
        {
            length += trailers[i].Key.Length + 1 + trailers[i].Value.Length + 2;
        }

        return length;
    }
}
