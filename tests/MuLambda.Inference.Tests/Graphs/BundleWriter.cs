using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Google.Protobuf;
using MuLambda.Inference.SavedModels.Bundles;
using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Inference.Tests.Graphs;

/// <summary>Writes tensor bundles byte by byte: any number of shards, slices, blocks of any size, with and without Snappy.</summary>
internal sealed class BundleWriter(int shards = 1)
{
    private readonly SortedDictionary<string, byte[]> entries = new(StringComparer.Ordinal);
    private readonly MemoryStream[] data = [.. Enumerable.Range(0, shards).Select(_ => new MemoryStream())];
    private int next;

    public BundleHeaderProto Header { get; } = new() { NumShards = shards, Version = new VersionDef { Producer = 1 } };

    /// <summary>Whether blocks of the index are compressed.</summary>
    public bool Compressed { get; init; }

    /// <summary>Entries after which a block of the index ends.</summary>
    public int EntriesInBlock { get; init; } = 16;

    /// <summary>Adds a tensor to the next data file in turn.</summary>
    public BundleWriter Add(string name, Tensor tensor)
    {
        using (tensor)
        {
            entries.Add(SortedTable.Key(Encoding.UTF8.GetBytes(name)), Entry(tensor).ToByteArray());
        }

        return this;
    }

    /// <summary>Adds a tensor in slices, each a start and length for each dimension.</summary>
    public BundleWriter AddSlices(string name, DType type, long[] shape, params (TensorSlice Slice, Tensor Part)[] parts)
    {
        var whole = new BundleEntryProto { Dtype = type.ToTensorFlow(), Shape = Shape(shape) };
        foreach (var (slice, part) in parts)
        {
            var proto = new TensorSliceProto();
            foreach (var (start, length) in slice.Extents)
            {
                var extent = new TensorSliceProto.Types.Extent { Start = start };
                if (length != TensorSlice.Whole)
                {
                    extent.Length = length;
                }

                proto.Extent.Add(extent);
            }

            whole.Slices.Add(proto);
            using (part)
            {
                entries.Add(SortedTable.Key(SliceKey.Encode(name, slice)), Entry(part).ToByteArray());
            }
        }

        entries.Add(SortedTable.Key(Encoding.UTF8.GetBytes(name)), whole.ToByteArray());
        return this;
    }

    /// <summary>Changes an entry after it was added.</summary>
    public BundleWriter Change(string name, Action<BundleEntryProto> change)
    {
        var entry = BundleEntryProto.Parser.ParseFrom(entries[name]);
        change(entry);
        entries[name] = entry.ToByteArray();
        return this;
    }

    /// <summary>Writes the files of a SavedModel's variables.</summary>
    public ModelFolder Save(ModelFolder folder)
    {
        foreach (var (file, bytes) in Files())
        {
            folder.Write("variables/" + file, bytes);
        }

        return folder;
    }

    public Dictionary<string, byte[]> Files()
    {
        var files = new Dictionary<string, byte[]> { ["variables.index"] = Index() };
        for (var i = 0; i < shards; i++)
        {
            files.Add(string.Create(CultureInfo.InvariantCulture, $"variables.data-{i:D5}-of-{shards:D5}"), data[i].ToArray());
        }

        return files;
    }

    private BundleEntryProto Entry(Tensor tensor)
    {
        var shard = next++ % shards;
        var offset = data[shard].Length;
        var crc = tensor.DType == DType.String ? WriteStrings(data[shard], tensor) : WriteNumbers(data[shard], tensor);
        return new BundleEntryProto
        {
            Dtype = tensor.DType.ToTensorFlow(), Shape = Shape(tensor.Shape.ToArray()), ShardId = shard, Offset = offset, Size = data[shard].Length - offset, Crc32C = Crc32C.Mask(crc),
        };
    }

    private static uint WriteNumbers(MemoryStream to, Tensor tensor)
    {
        to.Write(tensor.Bytes);
        return Crc32C.Append(0, tensor.Bytes);
    }

    private static uint WriteStrings(MemoryStream to, Tensor tensor)
    {
        uint crc = 0;
        var four = new byte[4];
        foreach (var s in tensor.Strings)
        {
            WriteVarint(to, (ulong)s.Length);
            BinaryPrimitives.WriteInt32LittleEndian(four, s.Length);
            crc = Crc32C.Append(crc, four);
        }

        BinaryPrimitives.WriteUInt32LittleEndian(four, Crc32C.Mask(crc));
        to.Write(four);
        crc = Crc32C.Append(crc, four);
        foreach (var s in tensor.Strings)
        {
            to.Write(s.Span);
            crc = Crc32C.Append(crc, s.Span);
        }

        return crc;
    }

    private byte[] Index()
    {
        var file = new MemoryStream();
        var handles = new List<(byte[] Key, byte[] Value)>();
        var all = entries.Select(e => (Key: Encoding.Latin1.GetBytes(e.Key), e.Value)).Prepend((Key: Array.Empty<byte>(), Value: Header.ToByteArray()));
        foreach (var chunk in all.Chunk(EntriesInBlock))
        {
            handles.Add((chunk[^1].Key, Block(file, chunk)));
        }

        var meta = Block(file, []);
        var index = Block(file, handles);
        var footer = new byte[48];
        meta.CopyTo(footer, 0);
        index.CopyTo(footer, meta.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(footer.AsSpan(40), 0xDB4775248B80FB57);
        file.Write(footer);
        return file.ToArray();
    }

    // Writes a block with its trailer and gives its handle.
    private byte[] Block(MemoryStream file, IReadOnlyList<(byte[] Key, byte[] Value)> content)
    {
        var block = new MemoryStream();
        byte[] last = [];
        foreach (var (key, value) in content)
        {
            var shared = last.AsSpan().CommonPrefixLength(key);
            WriteVarint(block, (ulong)shared);
            WriteVarint(block, (ulong)(key.Length - shared));
            WriteVarint(block, (ulong)value.Length);
            block.Write(key.AsSpan(shared));
            block.Write(value);
            last = key;
        }

        // One restart point, at the start.
        block.Write([0, 0, 0, 0, 1, 0, 0, 0]);
        var bytes = Compressed ? Compress(block.ToArray()) : block.ToArray();
        var handle = new MemoryStream();
        WriteVarint(handle, (ulong)file.Length);
        WriteVarint(handle, (ulong)bytes.Length);
        byte[] typed = [.. bytes, (byte)(Compressed ? 1 : 0)];
        var crc = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(crc, Crc32C.Masked(typed));
        file.Write(typed);
        file.Write(crc);
        return handle.ToArray();
    }

    /// <summary>Snappy with copies of what lies up to 255 bytes back, literals of up to 60 bytes between.</summary>
    public static byte[] Compress(byte[] input)
    {
        var output = new MemoryStream();
        WriteVarint(output, (ulong)input.Length);
        var literal = 0;
        for (var at = 0; at < input.Length;)
        {
            var (best, from) = (0, 0);
            for (var back = 1; back <= Math.Min(at, 255); back++)
            {
                var length = 0;
                while (length < 64 && at + length < input.Length && input[at + length] == input[at - back + length])
                {
                    length++;
                }

                (best, from) = length > best ? (length, back) : (best, from);
            }

            if (best < 4)
            {
                at++;
                continue;
            }

            Literals(output, input.AsSpan(literal, at - literal));
            output.Write(best < 12 ? [(byte)(1 | ((best - 4) << 2)), (byte)from] : [(byte)(2 | ((best - 1) << 2)), (byte)from, 0]);
            literal = at += best;
        }

        Literals(output, input.AsSpan(literal));
        return output.ToArray();
    }

    private static void Literals(MemoryStream output, ReadOnlySpan<byte> bytes)
    {
        for (; bytes.Length > 0; bytes = bytes[Math.Min(60, bytes.Length)..])
        {
            output.WriteByte((byte)((Math.Min(60, bytes.Length) - 1) << 2));
            output.Write(bytes[..Math.Min(60, bytes.Length)]);
        }
    }

    private static void WriteVarint(MemoryStream to, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            to.WriteByte((byte)(value | 0x80));
        }

        to.WriteByte((byte)value);
    }

    private static TensorShapeProto Shape(long[] shape)
    {
        var proto = new TensorShapeProto();
        proto.Dim.Add(shape.Select(s => new TensorShapeProto.Types.Dim { Size = s }));
        return proto;
    }
}
