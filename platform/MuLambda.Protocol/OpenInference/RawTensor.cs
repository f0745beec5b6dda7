using System.Buffers.Binary;
using Google.Protobuf;
using MuLambda.Protocol.Rest;
using MuLambda.Protocol.TensorFlow;
using MuLambda.Protocol.Tensors;

namespace MuLambda.Protocol.OpenInference;

/// <summary>
/// Tensors as the protocol's raw bytes: row-major and little-endian as TensorFlow's <c>tensor_content</c>, BYTES with the length of
/// each element as four bytes before it.
/// </summary>
public static class RawTensor
{
    private const int LengthBytes = 4;

    /// <summary>Reads a tensor; numbers share the memory of the bytes.</summary>
    /// <param name="field">Where it is in the request, for messages.</param>
    /// <param name="type">The element type.</param>
    /// <param name="shape">The dimensions.</param>
    /// <param name="bytes">The values.</param>
    /// <exception cref="PredictJsonException">The bytes do not fill the shape.</exception>
    public static TensorProto Read(string field, DataType type, IEnumerable<long> shape, ByteString bytes)
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(bytes);
        var tensor = Begin(field, type, shape, out var count);
        if (type == DataType.DtString)
        {
            ReadStrings(field, bytes, count, tensor);
            return tensor;
        }

        var needed = (long)count * TensorDataTypes.ElementBytes(type);
        if (bytes.Length != needed)
        {
            throw new PredictJsonException(field, $"has {bytes.Length} bytes; its shape and datatype need {needed}");
        }

        tensor.TensorContent = bytes;
        return tensor;
    }

    /// <summary>The values of a tensor as raw bytes; those of numbers in <c>tensor_content</c> are its own.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <exception cref="InvalidDataException">The values do not fill the shape.</exception>
    public static ByteString Write(TensorProto tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (tensor.Dtype != DataType.DtString)
        {
            var bytes = TensorContent.GetBytes(tensor);
            return tensor.TensorContent.IsEmpty ? UnsafeByteOperations.UnsafeWrap(bytes) : tensor.TensorContent;
        }

        var strings = TensorContent.GetStrings(tensor);
        var packed = new byte[strings.Sum(s => LengthBytes + (long)s.Length)];
        var left = packed.AsSpan();
        foreach (var value in strings)
        {
            BinaryPrimitives.WriteInt32LittleEndian(left, value.Length);
            value.Span.CopyTo(left[LengthBytes..]);
            left = left[(LengthBytes + value.Length)..];
        }

        return UnsafeByteOperations.UnsafeWrap(packed);
    }

    /// <summary>A tensor without values yet, and how many it needs.</summary>
    internal static TensorProto Begin(string field, DataType type, IEnumerable<long> shape, out int count)
    {
        var tensor = new TensorProto { Dtype = type, TensorShape = new TensorShapeProto() };
        foreach (var size in shape)
        {
            tensor.TensorShape.Dim.Add(new TensorShapeProto.Types.Dim { Size = size });
        }

        try
        {
            count = TensorContent.ElementCount(tensor);
            return tensor;
        }
        catch (InvalidDataException e)
        {
            throw new PredictJsonException(field, e.Message, e);
        }
    }

    private static void ReadStrings(string field, ByteString bytes, int count, TensorProto tensor)
    {
        var left = bytes.Memory;
        for (var i = 0; i < count; i++)
        {
            if (left.Length < LengthBytes || BinaryPrimitives.ReadUInt32LittleEndian(left.Span) > left.Length - LengthBytes)
            {
                throw new PredictJsonException(field, $"ends within element {i} of {count}");
            }

            var length = BinaryPrimitives.ReadInt32LittleEndian(left.Span);
            tensor.StringVal.Add(UnsafeByteOperations.UnsafeWrap(left.Slice(LengthBytes, length)));
            left = left[(LengthBytes + length)..];
        }

        if (!left.IsEmpty)
        {
            throw new PredictJsonException(field, $"has {left.Length} bytes behind its {count} elements");
        }
    }
}
