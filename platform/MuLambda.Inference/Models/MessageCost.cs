using System.Collections.Concurrent;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace MuLambda.Inference;

/// <summary>
/// What a message of protocol buffers will take in memory, found by walking over its bytes. Only an estimate; what is malformed ends
/// the walk, and the parser says so.
/// </summary>
internal static class MessageCost
{
    /// <summary>How many times its bytes a file's messages may take. Real graphs take below ten times.</summary>
    public const int Ratio = 32;

    /// <summary>What any file's messages may take.</summary>
    public const long FreeBytes = 16 << 20;

    private const int ObjectBytes = 32;
    private const int FieldBytes = 8;
    private const int ListBytes = 40;
    private const int MapBytes = 200;
    private const int EntryBytes = 120;
    private const int TextBytes = 48;
    private static readonly ConcurrentDictionary<MessageDescriptor, int> Objects = new();

    /// <summary>The bytes that the objects of a message and of all in it take.</summary>
    public static long Of<T>(byte[] bytes, MessageParser<T> parser, int maxDepth)
        where T : IMessage<T> => Of(bytes, parser.ParseFrom([]).Descriptor, maxDepth);

    private static long Of(ReadOnlySpan<byte> bytes, MessageDescriptor type, int depth)
    {
        var reader = new ByteReader(bytes);
        long cost = Objects.GetOrAdd(type, Measure);
        while (reader.TryReadVarint(out var key))
        {
            ulong length;
            switch ((WireFormat.WireType)(key & 7))
            {
                case WireFormat.WireType.Varint when reader.TryReadVarint(out _):
                    cost += FieldBytes;
                    continue;
                case WireFormat.WireType.Fixed64:
                    length = 8;
                    break;
                case WireFormat.WireType.Fixed32:
                    length = 4;
                    break;
                case WireFormat.WireType.LengthDelimited when reader.TryReadVarint(out length):
                    break;
                default:
                    return cost;
            }

            if (length > (ulong)reader.Left)
            {
                return cost;
            }

            var content = reader.Read((long)length);
            cost += (key & 7) != (uint)WireFormat.WireType.LengthDelimited ? FieldBytes
                : type.FindFieldByNumber((int)Math.Min(key >> 3, int.MaxValue)) is not { } field ? 0
                : field.FieldType == FieldType.Message ? (depth > 0 ? Of(content, field.MessageType, depth - 1) : 0)
                : field.FieldType is FieldType.String or FieldType.Bytes ? TextBytes + (2L * content.Length)
                : (long)FieldBytes * content.Length;
        }

        return cost;
    }

    private static int Measure(MessageDescriptor type) =>
        (type.GetOptions()?.MapEntry == true ? EntryBytes : ObjectBytes)
        + type.Fields.InDeclarationOrder().Sum(f => f.IsMap ? MapBytes : f.IsRepeated ? ListBytes : FieldBytes);
}
