using Google.Protobuf;
using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Inference.SavedModels.Bundles;

/// <summary>Puts slices together, and cuts one out.</summary>
internal sealed class SliceCopy
{
    private readonly string name;
    private readonly DataType type;
    private readonly int width;
    private readonly long[] shape;
    private readonly byte[] bytes;

    private SliceCopy(string name, DataType type, long[] shape, byte[] bytes)
    {
        this.name = name;
        this.type = type;
        this.shape = shape;
        this.bytes = bytes;
        width = Width(type);
    }

    /// <summary>A tensor to paste slices into.</summary>
    /// <exception cref="InvalidDataException">The tensor is larger than its files.</exception>
    public static SliceCopy Into(string name, DataType type, long[] shape, long budget)
    {
        var size = Tensor.CountElements(shape);
        var width = Width(type);
        return size <= Array.MaxLength / width && size * width <= budget
            ? new SliceCopy(name, type, shape, new byte[size * width])
            : throw new InvalidDataException($"tensor {name} is {Shapes.Format(shape)}, which its slices do not fill");
    }

    /// <summary>A part of a tensor as a tensor of its own.</summary>
    /// <exception cref="InvalidDataException">The slice does not lie in it.</exception>
    public static TensorProto Cut(string name, TensorProto whole, TensorSlice slice)
    {
        long[] shape = [.. whole.TensorShape.Dim.Select(d => d.Size)];
        var box = slice.In(shape) ?? throw new InvalidDataException($"tensor {name} of shape {Shapes.Format(shape)} has no such slice");
        if (whole.Dtype == DataType.DtString)
        {
            throw new InvalidDataException($"tensor {name} holds strings, of which no slice can be taken");
        }

        var width = Width(whole.Dtype);
        var part = new byte[box.Aggregate((long)width, (size, b) => size * b.Size)];
        Copy(box, shape, width, (at, from, length) => whole.TensorContent.Span.Slice(from, length).CopyTo(part.AsSpan(at)));
        return Proto(whole.Dtype, [.. box.Select(b => b.Size)], part);
    }

    public void Paste(TensorProto part, TensorSlice slice) =>
        Copy(slice.In(shape)!, shape, width, (from, at, length) => part.TensorContent.Span.Slice(from, length).CopyTo(bytes.AsSpan(at)));

    /// <exception cref="InvalidDataException">The slices did not give as many bytes as the tensor takes.</exception>
    public TensorProto Finish(long given) => given == bytes.Length
        ? Proto(type, shape, bytes)
        : throw new InvalidDataException($"the slices of tensor {name} have {given} bytes together; its shape {Shapes.Format(shape)} takes {bytes.Length}");

    // Row by row: positions in the box's own bytes and in the whole's.
    private static void Copy((long Start, long Size)[] box, long[] shape, int width, Action<int, int, int> copy)
    {
        if (box.Any(b => b.Size == 0))
        {
            return;
        }

        var row = box.Length == 0 ? width : (int)box[^1].Size * width;
        var at = new long[box.Length];
        for (var packed = 0; ; packed += row)
        {
            long from = 0;
            for (var i = 0; i < box.Length; i++)
            {
                from = (from * shape[i]) + box[i].Start + at[i];
            }

            copy(packed, (int)(from * width), row);
            var next = box.Length - 2;
            while (next >= 0 && ++at[next] == box[next].Size)
            {
                at[next--] = 0;
            }

            if (next < 0)
            {
                return;
            }
        }
    }

    private static TensorProto Proto(DataType type, long[] shape, byte[] bytes)
    {
        var proto = new TensorProto { Dtype = type, TensorShape = new TensorShapeProto(), TensorContent = UnsafeByteOperations.UnsafeWrap(bytes) };
        proto.TensorShape.Dim.Add(shape.Select(size => new TensorShapeProto.Types.Dim { Size = size }));
        return proto;
    }

    private static int Width(DataType type) => Protocol.Tensors.TensorDataTypes.ElementBytes(type);
}
