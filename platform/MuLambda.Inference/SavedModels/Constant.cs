using System.Runtime.InteropServices;
using Google.Protobuf;
using TensorFlowTensor = MuLambda.Protocol.TensorFlow.TensorProto;

namespace MuLambda.Inference.SavedModels;

/// <summary>A value known when the model is loaded.</summary>
internal sealed class Constant
{
    private readonly ByteString raw;
    private readonly ByteString[] strings;

    private Constant(DType type, long[] shape, ByteString raw, ByteString[] strings)
    {
        Type = type;
        Shape = shape;
        this.raw = raw;
        this.strings = strings;
    }

    public DType Type { get; }

    public long[] Shape { get; }

    /// <summary>The number of elements.</summary>
    public long Count => Tensor.CountElements(Shape);

    /// <summary>What it takes in memory.</summary>
    public long Bytes => raw.Length + strings.Sum(s => (long)s.Length);

    public static Constant Of(params ReadOnlySpan<long> values) => Of(values, [values.Length]);

    public static Constant Of<T>(ReadOnlySpan<T> values, long[] shape)
        where T : unmanaged
    {
        using var tensor = Tensor.From(values, shape);
        return Of(tensor);
    }

    /// <summary>A copy of a tensor of numbers.</summary>
    public static Constant Of(Tensor tensor) => new(tensor.DType, tensor.Shape.ToArray(), ByteString.CopyFrom(tensor.Bytes), []);

    /// <summary>Integers of 32 or 64 bits.</summary>
    public static Constant OfIntegers(DType type, ReadOnlySpan<long> values, long[] shape) => type == DType.Int32
        ? Of<int>(Array.ConvertAll(values.ToArray(), v => unchecked((int)v)), shape)
        : Of(values, shape);

    /// <summary>A number without dimensions; null where the type has no numbers.</summary>
    public static Constant? Scalar(DType type, double value) => type switch
    {
        DType.Float32 => Of<float>([(float)value], []),
        DType.Float64 => Of<double>([value], []),
        DType.Int32 => Of<int>([(int)value], []),
        DType.Int64 => Of<long>([(long)value], []),
        DType.Float16 => Of<Half>([(Half)value], []),
        // The upper half of a single.
        DType.BFloat16 => new Constant(type, [], ByteString.CopyFrom(BitConverter.GetBytes((float)value).AsSpan(2)), []),
        DType.Int8 => Of<sbyte>([(sbyte)value], []),
        DType.UInt8 => Of<byte>([(byte)value], []),
        DType.Int16 => Of<short>([(short)value], []),
        DType.UInt16 => Of<ushort>([(ushort)value], []),
        DType.UInt32 => Of<uint>([(uint)value], []),
        DType.UInt64 => Of<ulong>([(ulong)value], []),
        DType.Bool => Of<bool>([value != 0], []),
        _ => null,
    };

    /// <exception cref="InferenceException">The message is malformed or too large.</exception>
    public static Constant Read(TensorFlowTensor proto, string name, long maxBytes)
    {
        using var tensor = proto.ToTensor(name, new TensorLimits { MaxBytes = maxBytes });
        var shape = tensor.Shape.ToArray();
        if (tensor.DType == DType.String)
        {
            var strings = new ByteString[tensor.Strings.Length];
            for (var i = 0; i < strings.Length; i++)
            {
                strings[i] = UnsafeByteOperations.UnsafeWrap(tensor.Strings[i]);
            }

            return new Constant(DType.String, shape, ByteString.Empty, strings);
        }

        // The bytes of a tensor_content were checked above and stay where they are.
        var raw = proto.TensorContent.Length > 0 ? proto.TensorContent : ByteString.CopyFrom(tensor.Bytes);
        return new Constant(tensor.DType, shape, raw, []);
    }

    /// <summary>The elements of an int32 or int64 constant; null for another type.</summary>
    public long[]? AsIntegers() => Type switch
    {
        DType.Int32 => Array.ConvertAll(MemoryMarshal.Cast<byte, int>(raw.Span).ToArray(), i => (long)i),
        DType.Int64 => MemoryMarshal.Cast<byte, long>(raw.Span).ToArray(),
        _ => null,
    };

    /// <summary>The elements of a float32 constant; null for another type.</summary>
    public float[]? AsFloats() => Type == DType.Float32 ? MemoryMarshal.Cast<byte, float>(raw.Span).ToArray() : null;

    /// <summary>The same elements in another shape.</summary>
    public Constant Reshape(long[] shape) => new(Type, shape, raw, strings);

    /// <summary>Permutes dimensions; null for strings.</summary>
    public Constant? Transpose(int[] permutation)
    {
        if (Type == DType.String)
        {
            return null;
        }

        var bytes = new byte[raw.Length];
        Permutation.Copy(raw.Span, bytes, Type.Size(), Shape, permutation);
        return new Constant(Type, Array.ConvertAll(permutation, axis => Shape[axis]), UnsafeByteOperations.UnsafeWrap(bytes), []);
    }

    /// <summary>
    /// The first dimensions stretched by factors, zeros between; null where that takes more than <paramref name="maxBytes"/>.
    /// </summary>
    public Constant? Spread(long[] factors, long maxBytes)
    {
        var spatial = factors.Length;
        long[] shape = [.. Shape.Take(spatial).Select((size, i) => ((size - 1) * factors[i]) + 1), .. Shape[spatial..]];
        var cell = (int)(raw.Length / Shape.Take(spatial).Aggregate(1L, (a, b) => a * b));
        if (shape.Take(spatial).Aggregate((double)cell, (a, b) => a * b) > maxBytes)
        {
            return null;
        }

        var bytes = new byte[shape.Take(spatial).Aggregate((long)cell, (a, b) => a * b)];
        var at = new long[spatial];
        for (var source = 0; source < raw.Length; source += cell)
        {
            var target = 0L;
            for (var i = 0; i < spatial; i++)
            {
                target = (target * shape[i]) + (at[i] * factors[i]);
            }

            raw.Span.Slice(source, cell).CopyTo(bytes.AsSpan((int)target * cell));
            for (var i = spatial - 1; i >= 0 && ++at[i] == Shape[i]; i--)
            {
                at[i] = 0;
            }
        }

        return new Constant(Type, shape, UnsafeByteOperations.UnsafeWrap(bytes), []);
    }

    public Onnx.Proto.TensorProto ToOnnx(string name)
    {
        var proto = new Onnx.Proto.TensorProto { Name = name, DataType = (int)Runtime.OrtTypes.ToOnnx(Type) };
        proto.Dims.Add(Shape);
        if (Type == DType.String)
        {
            proto.StringData.Add(strings);
        }
        else
        {
            proto.RawData = raw;
        }

        return proto;
    }
}
