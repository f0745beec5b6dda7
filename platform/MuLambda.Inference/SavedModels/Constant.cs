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

    /// <summary>What it takes in memory.</summary>
    public long Bytes => raw.Length + strings.Sum(s => (long)s.Length);

    public static Constant Of(params ReadOnlySpan<long> values) => Of(values, [values.Length]);

    public static Constant Of<T>(ReadOnlySpan<T> values, long[] shape)
        where T : unmanaged
    {
        using var tensor = Tensor.From(values, shape);
        return new Constant(tensor.DType, shape, ByteString.CopyFrom(tensor.Bytes), []);
    }

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

    /// <summary>
    /// The first two dimensions stretched by factors, zeros between; null where that takes more than <paramref name="maxBytes"/>.
    /// </summary>
    public Constant? Spread(long[] factors, long maxBytes)
    {
        var (height, width) = (Shape[0], Shape[1]);
        long[] shape = [((height - 1) * factors[0]) + 1, ((width - 1) * factors[1]) + 1, .. Shape[2..]];
        var pixel = raw.Length / (int)(height * width);
        if ((double)shape[0] * shape[1] * pixel > maxBytes)
        {
            return null;
        }

        var bytes = new byte[shape[0] * shape[1] * pixel];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var target = (int)((y * factors[0] * shape[1]) + (x * factors[1])) * pixel;
                raw.Span.Slice((int)((y * width) + x) * pixel, pixel).CopyTo(bytes.AsSpan(target));
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
