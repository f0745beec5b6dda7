using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;
using Google.Protobuf;
using MuLambda.Protocol.Tensors;
using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Protocol.Rest;

/// <summary>Writes one tensor as nested lists.</summary>
internal sealed class TensorJsonWriter
{
    // TensorFlow Serving's rule for strings that hold bytes rather than text.
    private const string BytesSuffix = "_bytes";

    private readonly DataType _type;
    private readonly int[] _dims;
    private readonly int _width;
    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly IReadOnlyList<ByteString> _strings = [];

    public TensorJsonWriter(string name, TensorProto tensor)
    {
        Name = name;
        _type = tensor.Dtype;
        try
        {
            _ = TensorContent.ElementCount(tensor);
            _dims = [.. (tensor.TensorShape?.Dim ?? []).Select(d => checked((int)d.Size))];
            _width = TensorDataTypes.ElementBytes(_type);
            if (_type == DataType.DtString)
            {
                _strings = TensorContent.GetStrings(tensor);
            }
            else
            {
                _bytes = TensorContent.GetBytes(tensor);
            }
        }
        catch (Exception e) when (e is InvalidDataException or OverflowException)
        {
            throw new InvalidDataException($"The output '{name}' cannot be written: {e.Message}", e);
        }
    }

    public string Name { get; }

    /// <summary>The first dimension, or -1 of a scalar.</summary>
    public int Rows => _dims.Length == 0 ? -1 : _dims[0];

    public void Write(Utf8JsonWriter writer)
    {
        var next = 0;
        WriteLevel(writer, 0, ref next);
    }

    public void WriteRow(Utf8JsonWriter writer, int row)
    {
        var next = row;
        foreach (var size in _dims.AsSpan(1))
        {
            next *= size;
        }

        WriteLevel(writer, 1, ref next);
    }

    /// <summary>Writes all elements as one list.</summary>
    public void WriteFlat(Utf8JsonWriter writer)
    {
        var count = 1;
        foreach (var size in _dims)
        {
            count *= size;
        }

        writer.WriteStartArray();
        for (var i = 0; i < count; i++)
        {
            WriteElement(writer, i);
        }

        writer.WriteEndArray();
    }

    private void WriteLevel(Utf8JsonWriter writer, int level, ref int next)
    {
        if (level == _dims.Length)
        {
            WriteElement(writer, next++);
            return;
        }

        writer.WriteStartArray();
        for (var i = 0; i < _dims[level]; i++)
        {
            WriteLevel(writer, level + 1, ref next);
        }

        writer.WriteEndArray();
    }

    private void WriteElement(Utf8JsonWriter writer, int index)
    {
        if (_type == DataType.DtString)
        {
            WriteString(writer, _strings[index]);
            return;
        }

        var bytes = _bytes.Span.Slice(index * _width, _width);
        switch (_type)
        {
            case DataType.DtFloat:
                JsonNumbers.Write(writer, BinaryPrimitives.ReadSingleLittleEndian(bytes));
                break;
            case DataType.DtDouble:
                JsonNumbers.Write(writer, BinaryPrimitives.ReadDoubleLittleEndian(bytes));
                break;
            case DataType.DtHalf:
                JsonNumbers.Write(writer, BinaryPrimitives.ReadHalfLittleEndian(bytes));
                break;
            case DataType.DtBfloat16:
                JsonNumbers.Write(writer, BrainFloat.FromBits(BinaryPrimitives.ReadUInt16LittleEndian(bytes)));
                break;
            case DataType.DtBool:
                writer.WriteBooleanValue(bytes[0] != 0);
                break;
            case DataType.DtInt64:
                writer.WriteNumberValue(BinaryPrimitives.ReadInt64LittleEndian(bytes));
                break;
            case DataType.DtInt32:
                writer.WriteNumberValue(BinaryPrimitives.ReadInt32LittleEndian(bytes));
                break;
            case DataType.DtInt16:
                writer.WriteNumberValue(BinaryPrimitives.ReadInt16LittleEndian(bytes));
                break;
            case DataType.DtInt8:
                writer.WriteNumberValue((sbyte)bytes[0]);
                break;
            case DataType.DtUint64:
                writer.WriteNumberValue(BinaryPrimitives.ReadUInt64LittleEndian(bytes));
                break;
            case DataType.DtUint32:
                writer.WriteNumberValue(BinaryPrimitives.ReadUInt32LittleEndian(bytes));
                break;
            case DataType.DtUint16:
                writer.WriteNumberValue(BinaryPrimitives.ReadUInt16LittleEndian(bytes));
                break;
            default:
                writer.WriteNumberValue(bytes[0]);
                break;
        }
    }

    private void WriteString(Utf8JsonWriter writer, ByteString value)
    {
        if (Name.EndsWith(BytesSuffix, StringComparison.Ordinal) || !Utf8.IsValid(value.Span))
        {
            writer.WriteStartObject();
            writer.WriteBase64String("b64"u8, value.Span);
            writer.WriteEndObject();
        }
        else
        {
            writer.WriteStringValue(value.Span);
        }
    }
}
