using System.Buffers.Binary;
using System.Globalization;
using Google.Protobuf;
using Microsoft.Win32.SafeHandles;
using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Inference.SavedModels.Bundles;

/// <summary>The data files of a bundle, opened when a tensor in them is read.</summary>
internal sealed class BundleShards : IDisposable
{
    // Entries may overlap in a file made to that end; whoever reads its own tensors once stays below the files' sizes.
    private const int LargestRatio = 2;

    private readonly string prefix;
    private readonly int count;
    private readonly ModelLimits limits;
    private readonly Dictionary<int, (string File, SafeFileHandle Handle, long Length)> open = [];
    private long spent;

    public BundleShards(string prefix, int count, ModelLimits limits, long indexBytes)
    {
        this.prefix = prefix;
        this.count = count;
        this.limits = limits;
        Bytes = indexBytes;
    }

    /// <summary>The sizes of the index and of the files opened.</summary>
    public long Bytes { get; private set; }

    /// <summary>How many bytes of tensors may still be made of the files opened.</summary>
    public long Budget => (Bytes * LargestRatio) - spent;

    /// <summary>Reads one entry's tensor and checks it against its checksum.</summary>
    /// <exception cref="InvalidDataException">The entry does not fit the data files.</exception>
    /// <exception cref="ModelFormatException">A data file is missing, too large or damaged.</exception>
    public TensorProto Read(string name, BundleEntryProto entry, long[] shape)
    {
        var (file, handle, length) = Open(name, entry.ShardId);
        if (entry.Offset < 0 || entry.Size < 0 || entry.Offset > length || entry.Size > length - entry.Offset)
        {
            throw new ModelFormatException($"{file} has {length} bytes; tensor {name} should lie at {entry.Offset} and take {entry.Size}.");
        }

        if (!DTypes.TryFromTensorFlow(entry.Dtype, out var type))
        {
            throw new InvalidDataException($"tensor {name} has the type {entry.Dtype}, which is not supported");
        }

        var elements = Tensor.CountElements(shape);
        if (type == DType.String ? elements > entry.Size : elements > entry.Size / type.Size() || elements * type.Size() != entry.Size)
        {
            throw new InvalidDataException($"tensor {name} is {type.Name()}{Shapes.Format(shape)} and takes {entry.Size} bytes, which does not fit");
        }

        if (entry.Size > Array.MaxLength || entry.Size > Budget)
        {
            throw new InvalidDataException($"its tensors take more than {LargestRatio} times the files' bytes");
        }

        spent += entry.Size;
        var bytes = new byte[entry.Size];
        ReadExactly(file, handle, bytes, entry.Offset);
        var proto = new TensorProto { Dtype = entry.Dtype, TensorShape = entry.Shape ?? new TensorShapeProto() };
        var checksum = type == DType.String
            ? BundleStrings.Read(name, bytes, (int)elements, proto.StringVal)
            : Crc32C.Append(0, bytes);
        if (Crc32C.Mask(checksum) != entry.Crc32C)
        {
            throw new ModelFormatException($"{file} is damaged: the checksum of tensor {name} does not match.");
        }

        if (type != DType.String)
        {
            proto.TensorContent = UnsafeByteOperations.UnsafeWrap(bytes);
        }

        return proto;
    }

    public void Dispose()
    {
        foreach (var (_, handle, _) in open.Values)
        {
            handle.Dispose();
        }
    }

    private (string File, SafeFileHandle Handle, long Length) Open(string name, int shard)
    {
        if (shard < 0 || shard >= count)
        {
            throw new InvalidDataException($"tensor {name} lies in data file {shard}; there are {count}");
        }

        if (open.TryGetValue(shard, out var known))
        {
            return known;
        }

        var file = string.Create(CultureInfo.InvariantCulture, $"{prefix}.data-{shard:D5}-of-{count:D5}");
        try
        {
            var handle = File.OpenHandle(file, options: FileOptions.RandomAccess);
            var length = RandomAccess.GetLength(handle);
            open.Add(shard, (file, handle, length));
            Bytes += length;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new ModelFormatException($"{file}, which holds tensor {name}, cannot be read: {e.Message}", e);
        }

        return Bytes <= limits.MaxFileBytes
            ? open[shard]
            : throw new ModelFormatException($"{prefix} and its data files have {Bytes} bytes or more; the limit is {limits.MaxFileBytes}.");
    }

    private static void ReadExactly(string file, SafeFileHandle handle, byte[] bytes, long offset)
    {
        try
        {
            for (var done = 0; done < bytes.Length;)
            {
                var read = RandomAccess.Read(handle, bytes.AsSpan(done), offset + done);
                done += read > 0 ? read : throw new ModelFormatException($"{file} was cut while it was read.");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelFormatException($"{file} cannot be read: {e.Message}", e);
        }
    }
}
