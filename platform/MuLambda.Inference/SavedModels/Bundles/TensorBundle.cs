using System.Text;
using Google.Protobuf;
using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Inference.SavedModels.Bundles;

/// <summary>
/// A tensor bundle, in which TensorFlow keeps variables: an index of names, and one or several data files that hold the tensors'
/// bytes. Tensors are read when they are asked for, after the index was checked against the data files' sizes.
/// </summary>
internal sealed class TensorBundle : IDisposable
{
    private const int ReaderVersion = 1;
    private const int MaxShards = 10_000;

    private readonly string index;
    private readonly Dictionary<string, ReadOnlyMemory<byte>> entries;
    private readonly BundleShards shards;

    private TensorBundle(string index, Dictionary<string, ReadOnlyMemory<byte>> entries, BundleShards shards)
    {
        this.index = index;
        this.entries = entries;
        this.shards = shards;
    }

    /// <summary>The sizes of the index and of the data files read so far.</summary>
    public long Bytes => shards.Bytes;

    /// <summary>The file that names the tensors.</summary>
    public string IndexFile => index;

    /// <param name="prefix">The files' common start, such as <c>variables/variables</c>.</param>
    /// <param name="limits">How large the files may be.</param>
    /// <returns>Null where there is no index of that name.</returns>
    /// <exception cref="ModelFormatException">The index is damaged or none.</exception>
    public static TensorBundle? Open(string prefix, ModelLimits limits)
    {
        var index = prefix + ".index";
        if (!File.Exists(index))
        {
            return null;
        }

        try
        {
            var bytes = ModelFile.Read(index, limits);
            var entries = SortedTable.Read(bytes);
            if (!entries.Remove("", out var header))
            {
                throw new InvalidDataException("it has no header");
            }

            var read = BundleHeaderProto.Parser.ParseFrom(header.Span);
            Check(read);
            return new TensorBundle(index, entries, new BundleShards(prefix, read.NumShards, limits, bytes.Length));
        }
        catch (Exception e) when (e is InvalidDataException or InvalidProtocolBufferException or InvalidOperationException)
        {
            throw Malformed(index, e);
        }
    }

    public bool Contains(string name) => entries.ContainsKey(Key(name));

    /// <summary>Reads a tensor, or a slice of one.</summary>
    /// <param name="name">The tensor's name.</param>
    /// <param name="slice">Which part of it; all where null.</param>
    /// <returns>A message whose content is the file's, in memory once.</returns>
    /// <exception cref="ModelFormatException">There is no such tensor, or its files are damaged.</exception>
    public TensorProto Read(string name, TensorSlice? slice = null)
    {
        try
        {
            var entry = Find(Key(name)) ?? throw new InvalidDataException($"it has no tensor {name}");
            if (entry.Slices.Count == 0)
            {
                var whole = shards.Read(name, entry, Shape(name, entry));
                return slice is null ? whole : SliceCopy.Cut(name, whole, slice);
            }

            // A restore that takes the variable apart as the save did needs no detour over the whole.
            if (slice is not null && entry.Slices.Any(s => TensorSlice.From(s).Is(slice)))
            {
                return ReadPart(name, entry, slice);
            }

            var all = Assemble(name, entry);
            return slice is null ? all : SliceCopy.Cut(name, all, slice);
        }
        catch (Exception e) when (e is InvalidDataException or InvalidProtocolBufferException or InvalidOperationException)
        {
            throw Malformed(index, e);
        }
    }

    public void Dispose() => shards.Dispose();

    private static void Check(BundleHeaderProto header)
    {
        if (header.Endianness != BundleHeaderProto.Types.Endianness.Little)
        {
            throw new InvalidDataException($"it was written with the byte order {header.Endianness}; only Little is supported");
        }

        if (header.NumShards is < 1 or > MaxShards)
        {
            throw new InvalidDataException($"it claims {header.NumShards} data files; from 1 to {MaxShards} are supported");
        }

        if (header.Version?.MinConsumer > ReaderVersion)
        {
            throw new InvalidDataException($"it needs a reader of version {header.Version.MinConsumer}; this one is {ReaderVersion}");
        }
    }

    private TensorProto Assemble(string name, BundleEntryProto entry)
    {
        var shape = Shape(name, entry);
        if (entry.Dtype == DataType.DtString)
        {
            throw new InvalidDataException($"the strings of tensor {name} are stored in slices, which is not supported");
        }

        long given = 0;
        SliceCopy? target = null;
        foreach (var slice in entry.Slices.Select(TensorSlice.From))
        {
            var part = ReadPart(name, entry, slice);
            // Made only once a part was read, when it is known what the data files can hold.
            given += part.TensorContent.Length;
            target ??= SliceCopy.Into(name, entry.Dtype, shape, shards.Budget);
            target.Paste(part, slice);
        }

        return target!.Finish(given);
    }

    private TensorProto ReadPart(string name, BundleEntryProto whole, TensorSlice slice)
    {
        var shape = Shape(name, whole);
        var box = slice.In(shape) ?? throw new InvalidDataException($"tensor {name} of shape {Shapes.Format(shape)} has a slice outside it");
        var entry = Find(SortedTable.Key(SliceKey.Encode(name, slice))) ?? throw new InvalidDataException($"it has no entry for a slice of tensor {name}");
        long[] part = [.. box.Select(b => b.Size)];
        if (entry.Dtype != whole.Dtype || !Shape(name, entry).AsSpan().SequenceEqual(part))
        {
            throw new InvalidDataException($"a slice of tensor {name} has another type or shape than the tensor's entry says");
        }

        return shards.Read(name, entry, part);
    }

    private BundleEntryProto? Find(string key) =>
        entries.TryGetValue(key, out var value) ? BundleEntryProto.Parser.ParseFrom(value.Span) : null;

    private static long[] Shape(string name, BundleEntryProto entry)
    {
        long[] shape = entry.Shape is { } given ? [.. given.Dim.Select(d => d.Size)] : [];
        return entry.Shape?.UnknownRank != true && shape.All(size => size >= 0) && shape.Length <= TensorLimits.Default.MaxRank
            ? shape
            : throw new InvalidDataException($"tensor {name} has no shape that a variable can have");
    }

    private static string Key(string name) => SortedTable.Key(Encoding.UTF8.GetBytes(name));

    private static ModelFormatException Malformed(string file, Exception e) => new($"{file} is malformed: {e.Message.TrimEnd('.')}.", e);
}
