using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using MuLambda.Protocol.Tensors;
using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Protocol.Rest;

/// <summary>Collects one input tensor from nested JSON lists, element by element, into a typed buffer.</summary>
internal sealed class TensorJsonReader : IDisposable
{
    private const int Open = -1;

    private readonly TensorSignature _input;
    private readonly PredictJsonLimits _limits;
    private readonly bool _named;
    private readonly PredictJsonFormat _format;
    private readonly PooledBuffer _bytes = new();
    private readonly List<ByteString> _strings = [];
    private readonly int[] _dims;
    private readonly int[] _index;
    private int _rank = Open;
    private int _levels;

    public TensorJsonReader(TensorSignature input, PredictJsonLimits limits, PredictJsonFormat format, bool named)
    {
        _input = input;
        _limits = limits;
        _format = format;
        _named = named;
        _dims = new int[limits.MaxRank];
        _index = new int[limits.MaxRank];
        Array.Fill(_dims, Open);
    }

    public int Elements { get; private set; }

    private IReadOnlyList<long>? Expected => IsAnswer ? null : _input.Shape;

    public string Name => _input.Name;

    /// <summary>The member of the body that the tensor is read from.</summary>
    public required string Root { get; init; }

    /// <summary>Whether it is read from an answer: then its lists say what its shape is, and it may be empty.</summary>
    public bool IsAnswer { get; init; }

    /// <summary>Elements that may still be added, shared by the tensors of a request.</summary>
    public required ElementBudget Budget { get; init; }

    /// <summary>Reads the value the reader stands on as the entry <paramref name="row"/> of the first dimension.</summary>
    public void ReadRow(ref Utf8JsonReader reader, int row)
    {
        _index[0] = row;
        _levels = Math.Max(_levels, 1);
        Read(ref reader, 1);
    }

    /// <summary>Reads the value the reader stands on as the whole tensor.</summary>
    public void ReadWhole(ref Utf8JsonReader reader) => Read(ref reader, 0);

    /// <summary>The tensor; in row form with the given number of entries.</summary>
    public TensorProto Build(int? rows)
    {
        if (rows is { } count)
        {
            _levels = Math.Max(_levels, 1);
            CloseLevel(0, count);
        }

        if (Elements == 0)
        {
            BeEmpty();
        }

        var tensor = new TensorProto { Dtype = _input.DataType, TensorShape = new TensorShapeProto() };
        for (var i = 0; i < _rank; i++)
        {
            tensor.TensorShape.Dim.Add(new TensorShapeProto.Types.Dim { Size = _dims[i] });
        }

        if (_input.DataType == DataType.DtString)
        {
            tensor.StringVal.AddRange(_strings);
        }
        else
        {
            tensor.TensorContent = ByteString.CopyFrom(_bytes.WrittenSpan);
        }

        return tensor;
    }

    public void Dispose() => _bytes.Dispose();

    private void BeEmpty()
    {
        if (!IsAnswer)
        {
            throw Error(0, "the tensor has no elements");
        }

        _rank = Math.Max(_levels, _input.Shape?.Count ?? 0);
        for (var i = 0; i < _rank; i++)
        {
            if (_dims[i] == Open)
            {
                _dims[i] = (int)Math.Max(0, i < _input.Shape?.Count ? _input.Shape[i] : 0);
            }
        }
    }

    private void Read(ref Utf8JsonReader reader, int level)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            ReadScalar(ref reader, level);
            return;
        }

        var known = _rank != Open ? _rank : Expected?.Count ?? _limits.MaxRank;
        if (level >= known)
        {
            throw Error(level, level >= _limits.MaxRank
                ? $"lists are nested deeper than the limit of {_limits.MaxRank}"
                : $"expected {ExpectedElement()}, given a list; the input '{Name}' has {known} dimensions");
        }

        _levels = Math.Max(_levels, level + 1);
        var count = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            _index[level] = count++;
            Read(ref reader, level + 1);
        }

        CloseLevel(level, count);
    }

    private void CloseLevel(int level, int count)
    {
        if (Expected is { } shape && level < shape.Count && shape[level] >= 0 && shape[level] != count)
        {
            throw Error(level, $"expected a list of {shape[level]}, given {count}");
        }

        if (_dims[level] == Open)
        {
            _dims[level] = count;
        }
        else if (_dims[level] != count)
        {
            throw Error(level, $"the lists are ragged: expected {_dims[level]} elements as before, given {count}");
        }
    }

    private void ReadScalar(ref Utf8JsonReader reader, int level)
    {
        var rank = _rank != Open ? _rank : Expected?.Count ?? Math.Max(level, _levels);
        if (rank != level)
        {
            throw Error(level, rank > level
                ? $"expected a list, given {Given(ref reader)}; the input '{Name}' has {rank} dimensions"
                : $"the input '{Name}' has {rank} dimensions, given {level}");
        }

        _rank = rank;
        if (!Budget.TryTake())
        {
            throw Error(level, $"the request has more than {_limits.MaxElements} elements");
        }

        Elements++;
        if (_input.DataType == DataType.DtString)
        {
            ReadString(ref reader, level);
        }
        else if (!TryReadValue(ref reader, _bytes.GetSpan(8)))
        {
            throw Error(level, JsonValueText.NotOfType(ref reader, _input.DataType));
        }
        else
        {
            _bytes.Advance(TensorDataTypes.ElementBytes(_input.DataType));
        }
    }

    private void ReadString(ref Utf8JsonReader reader, int level)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            _strings.Add(Utf8Value(ref reader));
        }
        else if (Base64Value.IsOne(reader))
        {
            _strings.Add(Base64Value.TryRead(ref reader, out var value)
                ? value
                : throw Error(level, "Unable to base64 decode"));
        }
        else
        {
            throw Error(level, JsonValueText.NotOfType(ref reader, _input.DataType));
        }
    }

    private bool TryReadValue(ref Utf8JsonReader reader, Span<byte> to)
    {
        if (_input.DataType == DataType.DtBool)
        {
            to[0] = reader.TokenType == JsonTokenType.True ? (byte)1 : (byte)0;
            return reader.TokenType is JsonTokenType.True or JsonTokenType.False;
        }

        if (reader.TokenType == JsonTokenType.Number)
        {
            switch (_input.DataType)
            {
                case DataType.DtFloat:
                    return reader.TryGetSingle(out var f32) && float.IsFinite(f32) && BinaryPrimitives.TryWriteSingleLittleEndian(to, f32);
                case DataType.DtDouble:
                    return reader.TryGetDouble(out var f64) && double.IsFinite(f64) && BinaryPrimitives.TryWriteDoubleLittleEndian(to, f64);
                case DataType.DtHalf:
                    return reader.TryGetSingle(out var f16) && Half.IsFinite((Half)f16) && BinaryPrimitives.TryWriteHalfLittleEndian(to, (Half)f16);
                case DataType.DtBfloat16:
                    return reader.TryGetSingle(out var b16) && float.IsFinite(BrainFloat.FromBits(BrainFloat.ToBits(b16)))
                        && BinaryPrimitives.TryWriteUInt16LittleEndian(to, BrainFloat.ToBits(b16));
                case DataType.DtInt32:
                    return reader.TryGetInt32(out var i32) && BinaryPrimitives.TryWriteInt32LittleEndian(to, i32);
                case DataType.DtInt64:
                    return reader.TryGetInt64(out var i64) && BinaryPrimitives.TryWriteInt64LittleEndian(to, i64);
                case DataType.DtInt16:
                    return reader.TryGetInt16(out var i16) && BinaryPrimitives.TryWriteInt16LittleEndian(to, i16);
                case DataType.DtUint64:
                    return reader.TryGetUInt64(out var u64) && BinaryPrimitives.TryWriteUInt64LittleEndian(to, u64);
                case DataType.DtUint32:
                    return reader.TryGetUInt32(out var u32) && BinaryPrimitives.TryWriteUInt32LittleEndian(to, u32);
                case DataType.DtUint16:
                    return reader.TryGetUInt16(out var u16) && BinaryPrimitives.TryWriteUInt16LittleEndian(to, u16);
                case DataType.DtInt8:
                    var signed = reader.TryGetSByte(out var i8);
                    to[0] = unchecked((byte)i8);
                    return signed;
                case DataType.DtUint8:
                    var unsigned = reader.TryGetByte(out var u8);
                    to[0] = u8;
                    return unsigned;
                default:
                    return false;
            }
        }

        return reader.TokenType == JsonTokenType.String && TryReadNonFinite(ref reader, to);
    }

    private bool TryReadNonFinite(ref Utf8JsonReader reader, Span<byte> to)
    {
        return JsonNumbers.TryReadNonFinite(ref reader, out var value) && _input.DataType switch
        {
            DataType.DtFloat => BinaryPrimitives.TryWriteSingleLittleEndian(to, (float)value),
            DataType.DtDouble => BinaryPrimitives.TryWriteDoubleLittleEndian(to, value),
            DataType.DtHalf => BinaryPrimitives.TryWriteHalfLittleEndian(to, (Half)value),
            DataType.DtBfloat16 => BinaryPrimitives.TryWriteUInt16LittleEndian(to, BrainFloat.ToBits((float)value)),
            _ => false,
        };
    }

    internal static ByteString Utf8Value(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped)
        {
            return ByteString.CopyFrom(reader.ValueSpan);
        }

        using var text = new PooledBuffer(reader.ValueSpan.Length);
        text.Advance(reader.CopyString(text.GetSpan(reader.ValueSpan.Length)));
        return ByteString.CopyFrom(text.WrittenSpan);
    }

    private string ExpectedElement() => _input.DataType switch
    {
        DataType.DtString => "a string or {\"b64\": …}",
        DataType.DtBool => "true or false",
        _ => $"a {TensorDataTypes.NameOf(_input.DataType)} number",
    };

    private static string Given(ref Utf8JsonReader reader)
    {
        const int Shown = 40;
        var text = Encoding.UTF8.GetString(reader.ValueSpan[..Math.Min(reader.ValueSpan.Length, Shown)]);
        return reader.TokenType switch
        {
            JsonTokenType.StartObject => "an object",
            JsonTokenType.StartArray => "a list",
            JsonTokenType.String => $"the string \"{text}\"",
            _ => text,
        };
    }

    private PredictJsonException Error(int levels, string reason)
    {
        var path = new StringBuilder(Root);
        var level = 0;
        if (_format == PredictJsonFormat.Row && levels > 0)
        {
            path.Append(CultureInfo.InvariantCulture, $"[{_index[level++]}]");
        }

        if (_named)
        {
            path.Append('.').Append(Name);
        }

        for (; level < levels; level++)
        {
            path.Append(CultureInfo.InvariantCulture, $"[{_index[level]}]");
        }

        return new PredictJsonException(path.ToString(), reason);
    }
}
