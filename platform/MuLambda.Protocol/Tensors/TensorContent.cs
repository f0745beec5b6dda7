using System.Buffers.Binary;
using Google.Protobuf;
using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Protocol.Tensors;

/// <summary>
/// The values of a <see cref="TensorProto"/>, whichever way the sender put them: as <c>tensor_content</c>, or in the
/// type's own field, where a last value that repeats to the end may be left out.
/// </summary>
public static class TensorContent
{
    /// <summary>The number of elements of a shape.</summary>
    /// <param name="tensor">The tensor; its shape must be fully known.</param>
    /// <exception cref="InvalidDataException">The rank or a size is not known, or the product exceeds 2^31-1.</exception>
    public static int ElementCount(TensorProto tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (tensor.TensorShape is { UnknownRank: true })
        {
            throw new InvalidDataException("The tensor's rank is not known.");
        }

        long count = 1;
        var empty = false;
        foreach (var dim in tensor.TensorShape?.Dim ?? [])
        {
            if (dim.Size < 0)
            {
                throw new InvalidDataException($"The tensor has a dimension of size {dim.Size}.");
            }

            empty |= dim.Size == 0;
            if (dim.Size > 0 && count > int.MaxValue / dim.Size)
            {
                throw new InvalidDataException($"The tensor has more than {int.MaxValue} elements.");
            }

            count *= Math.Max(dim.Size, 1);
        }

        return empty ? 0 : (int)count;
    }

    /// <summary>The values as row-major little-endian bytes; not for strings.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <returns>Memory of the tensor itself where it has <c>tensor_content</c>.</returns>
    /// <exception cref="InvalidDataException">The values do not fill the shape, or the type has no fixed size.</exception>
    public static ReadOnlyMemory<byte> GetBytes(TensorProto tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        var count = ElementCount(tensor);
        var width = TensorDataTypes.ElementBytes(tensor.Dtype);
        if (width == 0)
        {
            throw new InvalidDataException($"Tensors of type {TensorDataTypes.NameOf(tensor.Dtype)} have no binary content.");
        }

        if (!tensor.TensorContent.IsEmpty)
        {
            return tensor.TensorContent.Length == (long)count * width
                ? tensor.TensorContent.Memory
                : throw new InvalidDataException($"The tensor_content has {tensor.TensorContent.Length} bytes; its shape and type need {(long)count * width}.");
        }

        return Unpack(tensor, count, width);
    }

    /// <summary>The values of a string tensor.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <exception cref="InvalidDataException">The values do not fill the shape, or the tensor holds no strings.</exception>
    public static IReadOnlyList<ByteString> GetStrings(TensorProto tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (tensor.Dtype != DataType.DtString)
        {
            throw new InvalidDataException($"The tensor holds {TensorDataTypes.NameOf(tensor.Dtype)}, no strings.");
        }

        var count = ElementCount(tensor);
        var given = CheckGiven(tensor.StringVal.Count, count);
        if (given == count)
        {
            return tensor.StringVal;
        }

        var all = new ByteString[count];
        for (var i = 0; i < count; i++)
        {
            all[i] = tensor.StringVal[Math.Min(i, given - 1)];
        }

        return all;
    }

    /// <summary>Requires that the values fill the shape, as reading them does, without copying any.</summary>
    /// <param name="name">The tensor's name, for the message.</param>
    /// <param name="tensor">The tensor.</param>
    /// <exception cref="InvalidDataException">The values do not fill the shape, or the type does not travel.</exception>
    public static void Check(string name, TensorProto tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        try
        {
            if (tensor.Dtype == DataType.DtString)
            {
                _ = CheckGiven(tensor.StringVal.Count, ElementCount(tensor));
            }
            else if (tensor.TensorContent.IsEmpty && TensorDataTypes.ElementBytes(tensor.Dtype) > 0)
            {
                _ = CheckGiven(GivenIn(tensor), ElementCount(tensor));
            }
            else
            {
                _ = GetBytes(tensor);
            }
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"The tensor '{name}' cannot be read: {e.Message}", e);
        }
    }

    private static int GivenIn(TensorProto tensor) => tensor.Dtype switch
    {
        DataType.DtFloat => tensor.FloatVal.Count,
        DataType.DtDouble => tensor.DoubleVal.Count,
        DataType.DtInt64 => tensor.Int64Val.Count,
        DataType.DtUint64 => tensor.Uint64Val.Count,
        DataType.DtUint32 => tensor.Uint32Val.Count,
        DataType.DtBool => tensor.BoolVal.Count,
        DataType.DtHalf or DataType.DtBfloat16 => tensor.HalfVal.Count,
        _ => tensor.IntVal.Count,
    };

    private static byte[] Unpack(TensorProto tensor, int count, int width)
    {
        var bytes = new byte[checked(count * width)];
        var span = bytes.AsSpan();
        var given = tensor.Dtype switch
        {
            DataType.DtFloat => Each(tensor.FloatVal, span, 4, BinaryPrimitives.WriteSingleLittleEndian),
            DataType.DtDouble => Each(tensor.DoubleVal, span, 8, BinaryPrimitives.WriteDoubleLittleEndian),
            DataType.DtInt64 => Each(tensor.Int64Val, span, 8, BinaryPrimitives.WriteInt64LittleEndian),
            DataType.DtUint64 => Each(tensor.Uint64Val, span, 8, BinaryPrimitives.WriteUInt64LittleEndian),
            DataType.DtUint32 => Each(tensor.Uint32Val, span, 4, BinaryPrimitives.WriteUInt32LittleEndian),
            DataType.DtInt32 => Each(tensor.IntVal, span, 4, BinaryPrimitives.WriteInt32LittleEndian),
            DataType.DtBool => Each(tensor.BoolVal, span, 1, (to, value) => to[0] = value ? (byte)1 : (byte)0),
            DataType.DtHalf or DataType.DtBfloat16 => Each(tensor.HalfVal, span, 2, (to, value) => BinaryPrimitives.WriteUInt16LittleEndian(to, (ushort)value)),
            DataType.DtInt16 or DataType.DtUint16 =>
                Each(tensor.IntVal, span, 2, (to, value) => BinaryPrimitives.WriteInt16LittleEndian(to, unchecked((short)value))),
            _ => Each(tensor.IntVal, span, 1, (to, value) => to[0] = unchecked((byte)value)),
        };
        if (CheckGiven(given, count) < count)
        {
            var last = span.Slice((given - 1) * width, width);
            for (var i = given; i < count; i++)
            {
                last.CopyTo(span[(i * width)..]);
            }
        }

        return bytes;
    }

    private static int Each<T>(IReadOnlyList<T> values, Span<byte> to, int width, Write<T> write)
    {
        for (var i = 0; i < values.Count && (i + 1) * width <= to.Length; i++)
        {
            write(to.Slice(i * width, width), values[i]);
        }

        return values.Count;
    }

    private static int CheckGiven(int given, int count) =>
        given > count || (given == 0 && count > 0)
            ? throw new InvalidDataException($"The tensor has {given} values; its shape needs {count}.")
            : given;

    private delegate void Write<T>(Span<byte> to, T value);
}
