using System.Buffers.Binary;
using MuLambda.Protocol.TensorFlow;
using MuLambda.Protocol.Tensors;

namespace MuLambda.TensorFlowJs.Weights;

/// <summary>
/// Turns stored weights into the bytes of a tensor of another type. TensorFlow.js knows few types, so its converter narrows: a
/// graph's int64 and double constants are stored as int32 and float32, and come back as what the graph says they are.
/// </summary>
internal static class WeightDecoder
{
    /// <summary>Whether values of one type can become those of another.</summary>
    public static bool CanBecome(DataType weight, DataType node) => weight == node || weight switch
    {
        DataType.DtFloat or DataType.DtHalf => node is DataType.DtFloat or DataType.DtDouble or DataType.DtHalf,
        DataType.DtInt32 or DataType.DtUint8 or DataType.DtUint16 => node is DataType.DtInt64 or DataType.DtInt32 or DataType.DtInt16
            or DataType.DtInt8 or DataType.DtUint64 or DataType.DtUint32 or DataType.DtUint16 or DataType.DtUint8,
        _ => false,
    };

    /// <summary>The values as row-major little-endian bytes.</summary>
    /// <param name="spec">The weight.</param>
    /// <param name="stored">Its stored bytes.</param>
    /// <param name="type">The type to make of it.</param>
    /// <exception cref="TensorFlowJsException">A value does not fit into the type.</exception>
    public static byte[] Decode(WeightSpec spec, byte[] stored, DataType type)
    {
        if (spec.Quantization is null && spec.Type == type)
        {
            return stored;
        }

        var (from, to) = (WeightTypes.StoredBytes(spec.StoredType), TensorDataTypes.ElementBytes(type));
        var result = new byte[checked((int)(spec.Elements * to))];
        for (var i = 0; i < spec.Elements; i++)
        {
            var value = Value(spec, stored.AsSpan(i * from, from));
            if (!TryWrite(result.AsSpan(i * to, to), type, value))
            {
                throw spec.Member.Wrong($"({spec.Name}) has the value {value}, which {TensorDataTypes.NameOf(type)} does not hold");
            }
        }

        return result;
    }

    // A double holds every value of the stored types exactly.
    private static double Value(WeightSpec spec, ReadOnlySpan<byte> stored)
    {
        var value = spec.StoredType switch
        {
            DataType.DtFloat => BinaryPrimitives.ReadSingleLittleEndian(stored),
            DataType.DtHalf => (double)BinaryPrimitives.ReadHalfLittleEndian(stored),
            DataType.DtInt32 => BinaryPrimitives.ReadInt32LittleEndian(stored),
            DataType.DtUint16 => BinaryPrimitives.ReadUInt16LittleEndian(stored),
            _ => stored[0],
        };
        if (spec.Quantization is not { } quantization)
        {
            return value;
        }

        value = (value * quantization.Scale) + quantization.Min;

        // As JavaScript rounds: halves go up.
        return spec.Type == DataType.DtInt32 ? Math.Floor(value + 0.5) : value;
    }

    private static bool TryWrite(Span<byte> to, DataType type, double value)
    {
        switch (type)
        {
            case DataType.DtFloat:
                BinaryPrimitives.WriteSingleLittleEndian(to, (float)value);
                return true;
            case DataType.DtDouble:
                // TensorFlow.js computes with the float, quantised or not.
                BinaryPrimitives.WriteDoubleLittleEndian(to, (float)value);
                return true;
            case DataType.DtHalf:
                BinaryPrimitives.WriteHalfLittleEndian(to, (Half)value);
                return true;
            case DataType.DtInt64:
                BinaryPrimitives.WriteInt64LittleEndian(to, (long)value);
                return value is >= int.MinValue and <= int.MaxValue;
            case DataType.DtInt32:
                BinaryPrimitives.WriteInt32LittleEndian(to, (int)value);
                return value is >= int.MinValue and <= int.MaxValue;
            case DataType.DtInt16:
                BinaryPrimitives.WriteInt16LittleEndian(to, (short)value);
                return value is >= short.MinValue and <= short.MaxValue;
            case DataType.DtUint64:
                BinaryPrimitives.WriteUInt64LittleEndian(to, (ulong)value);
                return value is >= 0 and <= int.MaxValue;
            case DataType.DtUint32:
                BinaryPrimitives.WriteUInt32LittleEndian(to, (uint)value);
                return value is >= 0 and <= int.MaxValue;
            case DataType.DtUint16:
                BinaryPrimitives.WriteUInt16LittleEndian(to, (ushort)value);
                return value is >= 0 and <= ushort.MaxValue;
            case DataType.DtInt8:
                to[0] = unchecked((byte)(sbyte)value);
                return value is >= sbyte.MinValue and <= sbyte.MaxValue;
            default:
                to[0] = (byte)value;
                return value is >= 0 and <= byte.MaxValue;
        }
    }
}
