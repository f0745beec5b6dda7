using System.Numerics;
using System.Runtime.InteropServices;
using Google.Protobuf;
using Google.Protobuf.Collections;
using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Inference;

/// <summary>Reads a tensor out of TensorFlow's message, believing nothing the message says about itself.</summary>
internal static class TensorProtoReader
{
    private const int StringOverhead = 16;

    public static Tensor Read(TensorProto proto, string name, TensorLimits limits, TensorPool pool)
    {
        if (!DTypes.TryFromTensorFlow(proto.Dtype, out var type))
        {
            throw Invalid(name, $"has dtype {DTypeName(proto.Dtype)}; supported are {string.Join(", ", DTypes.All.Select(t => t.TensorFlowName()))}");
        }

        var shape = ReadShape(proto.TensorShape, name, limits);
        var length = Tensor.CountElements(shape);
        return type == DType.String ? ReadStrings(proto, name, shape, length, limits) : ReadNumbers(proto, name, type, shape, length, limits, pool);
    }

    private static long[] ReadShape(TensorShapeProto? proto, string name, TensorLimits limits)
    {
        if (proto is null)
        {
            return [];
        }

        if (proto.UnknownRank)
        {
            throw Invalid(name, "has a shape of unknown rank");
        }

        if (proto.Dim.Count > limits.MaxRank)
        {
            throw new InferenceException(
                InferenceError.TooLarge, $"Tensor {name} has rank {proto.Dim.Count}; the limit is {limits.MaxRank}.", name);
        }

        var shape = new long[proto.Dim.Count];
        for (var i = 0; i < shape.Length; i++)
        {
            shape[i] = proto.Dim[i].Size;
            if (shape[i] < 0)
            {
                throw Invalid(name, $"has size {shape[i]} in dimension {i}");
            }
        }

        return shape;
    }

    private static Tensor ReadNumbers(
        TensorProto proto, string name, DType type, long[] shape, long length, TensorLimits limits, TensorPool pool)
    {
        var size = type.Size();
        var most = Math.Min(limits.MaxBytes, int.MaxValue);
        if (length > most / size)
        {
            throw TooLarge(name, type, shape, most);
        }

        var bytes = length * size;
        if (proto.TensorContent.Length > 0)
        {
            if (proto.TensorContent.Length != bytes)
            {
                throw Invalid(name, $"has {proto.TensorContent.Length} bytes of tensor_content; {type.Name()}{Shapes.Format(shape)} takes {bytes}");
            }

            if (type == DType.Bool && proto.TensorContent.Span.ContainsAnyExceptInRange((byte)0, (byte)1))
            {
                throw Invalid(name, "has a byte other than 0 and 1 in the tensor_content of a bool tensor");
            }

            return Share(proto.TensorContent, type, shape, pool);
        }

        var tensor = Tensor.Create(type, shape, pool);
        try
        {
            Fill(proto, name, tensor);
            return tensor;
        }
        catch
        {
            tensor.Dispose();
            throw;
        }
    }

    private static unsafe Tensor Share(ByteString content, DType type, long[] shape, TensorPool pool)
    {
        var pinned = new PinnedStorage(content.Memory);
        if ((nint)pinned.Address % type.Size() == 0)
        {
            return new Tensor(type, shape, pinned);
        }

        pinned.Dispose();
        var copy = Tensor.Create(type, shape, pool);
        content.Span.CopyTo(copy.AsBytes());
        return copy;
    }

    private static void Fill(TensorProto proto, string name, Tensor tensor)
    {
        switch (tensor.DType)
        {
            case DType.Float32: Fill(proto.FloatVal, tensor.AsSpan<float>(), name, "float_val"); break;
            case DType.Float64: Fill(proto.DoubleVal, tensor.AsSpan<double>(), name, "double_val"); break;
            case DType.Int32: Fill(proto.IntVal, tensor.AsSpan<int>(), name, "int_val"); break;
            case DType.Int64: Fill(proto.Int64Val, tensor.AsSpan<long>(), name, "int64_val"); break;
            case DType.Bool: Fill(proto.BoolVal, tensor.AsSpan<bool>(), name, "bool_val"); break;
            case DType.UInt32: Fill(proto.Uint32Val, tensor.AsSpan<uint>(), name, "uint32_val"); break;
            case DType.UInt64: Fill(proto.Uint64Val, tensor.AsSpan<ulong>(), name, "uint64_val"); break;
            case DType.Int8: FillSmall(proto.IntVal, tensor, tensor.AsSpan<sbyte>(), name, "int_val"); break;
            case DType.Int16: FillSmall(proto.IntVal, tensor, tensor.AsSpan<short>(), name, "int_val"); break;
            case DType.UInt16: FillSmall(proto.IntVal, tensor, tensor.AsSpan<ushort>(), name, "int_val"); break;
            case DType.Float16 or DType.BFloat16:
                // The bits of each value, not the value.
                FillSmall(proto.HalfVal, tensor, MemoryMarshal.Cast<byte, ushort>(tensor.AsBytes()), name, "half_val");
                break;
            default: FillSmall(proto.IntVal, tensor, tensor.AsSpan<byte>(), name, "int_val"); break;
        }
    }

    private static void Fill<T>(RepeatedField<T> values, Span<T> target, string name, string field)
        where T : unmanaged
    {
        RequireValues(values.Count, target.Length, name, field);
        for (var i = 0; i < values.Count; i++)
        {
            target[i] = values[i];
        }

        Repeat(target, values.Count);
    }

    // Types that have no field of their own share one of 32 bits.
    private static void FillSmall<T>(RepeatedField<int> values, Tensor tensor, Span<T> target, string name, string field)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        RequireValues(values.Count, target.Length, name, field);
        var (least, most) = (int.CreateChecked(T.MinValue), int.CreateChecked(T.MaxValue));
        for (var i = 0; i < values.Count; i++)
        {
            target[i] = values[i] >= least && values[i] <= most
                ? T.CreateTruncating(values[i])
                : throw Invalid(name, $"has {values[i]} in {field} of a {tensor.DType.Name()} tensor, at index {i}");
        }

        Repeat(target, values.Count);
    }

    // TensorFlow writes a run of equal values at the end once; none at all stands for zeros.
    private static void Repeat<T>(Span<T> target, int given)
        where T : unmanaged
    {
        if (given < target.Length)
        {
            target[given..].Fill(given == 0 ? default : target[given - 1]);
        }
    }

    private static Tensor ReadStrings(TensorProto proto, string name, long[] shape, long length, TensorLimits limits)
    {
        if (proto.TensorContent.Length > 0)
        {
            throw Invalid(name, "holds strings in tensor_content; they belong in string_val");
        }

        if (length > Math.Min(limits.MaxBytes, int.MaxValue) / StringOverhead)
        {
            throw TooLarge(name, DType.String, shape, limits.MaxBytes);
        }

        var given = proto.StringVal.Count;
        RequireValues(given, (int)length, name, "string_val");
        var strings = new ReadOnlyMemory<byte>[length];
        var sum = length * StringOverhead;
        for (var i = 0; i < strings.Length; i++)
        {
            strings[i] = given == 0 ? default : proto.StringVal[Math.Min(i, given - 1)].Memory;
            sum += strings[i].Length;
            if (sum > limits.MaxBytes)
            {
                throw TooLarge(name, DType.String, shape, limits.MaxBytes);
            }
        }

        return new Tensor(shape, strings);
    }

    private static void RequireValues(int given, int wanted, string name, string field)
    {
        if (given > wanted)
        {
            throw Invalid(name, $"has {given} values in {field}; its shape takes {wanted}");
        }
    }

    private static string DTypeName(DataType type) =>
        typeof(DataType).GetField(type.ToString())?.GetCustomAttributes(false).OfType<Google.Protobuf.Reflection.OriginalNameAttribute>()
            .FirstOrDefault()?.Name ?? type.ToString();

    private static InferenceException Invalid(string name, string what) =>
        new(InferenceError.InvalidInput, $"Tensor {name} {what}.", name);

    private static InferenceException TooLarge(string name, DType type, long[] shape, long most) =>
        new(InferenceError.TooLarge, $"Tensor {name} is {type.Name()}{Shapes.Format(shape)}; the limit is {most} bytes.", name);
}
