using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Google.Protobuf;
using MuLambda.Protocol.Rest;
using MuLambda.Protocol.TensorFlow;
using MuLambda.Protocol.Tensors;

namespace MuLambda.Protocol.OpenInference;

/// <summary>The tensors of the protocol's gRPC messages.</summary>
public static class InferMessages
{
    /// <summary>The inputs of a request; raw bytes are not copied.</summary>
    /// <param name="request">The request.</param>
    /// <exception cref="PredictJsonException">A tensor is not valid; it names the place.</exception>
    public static Dictionary<string, TensorProto> ReadInputs(ModelInferRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var raw = request.RawInputContents;
        if (raw.Count > 0 && raw.Count != request.Inputs.Count)
        {
            throw new PredictJsonException("raw_input_contents", $"has {raw.Count} entries; the request has {request.Inputs.Count} inputs");
        }

        var inputs = new Dictionary<string, TensorProto>(request.Inputs.Count, StringComparer.Ordinal);
        for (var i = 0; i < request.Inputs.Count; i++)
        {
            var input = request.Inputs[i];
            if (!OpenInferenceTypes.TryParse(input.Datatype, out var type))
            {
                throw new PredictJsonException($"inputs[{i}].datatype", $"is '{input.Datatype}', which is no datatype");
            }

            if (raw.Count > 0 && input.Contents is not null)
            {
                throw new PredictJsonException($"inputs[{i}].contents", "is given beside raw_input_contents");
            }

            var tensor = raw.Count > 0
                ? RawTensor.Read($"raw_input_contents[{i}]", type, input.Shape, raw[i])
                : ReadContents($"inputs[{i}]", type, input.Shape, input.Contents ?? new InferTensorContents());
            if (!inputs.TryAdd(input.Name, tensor))
            {
                throw new PredictJsonException($"inputs[{i}].name", $"'{input.Name}' is given twice");
            }
        }

        return inputs;
    }

    /// <summary>Adds an output to an answer.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="name">The output's name.</param>
    /// <param name="tensor">The output.</param>
    /// <param name="raw">As bytes, which have to be all of an answer's outputs or none.</param>
    /// <exception cref="InvalidDataException">The values do not fill the shape.</exception>
    public static void AddOutput(ModelInferResponse response, string name, TensorProto tensor, bool raw)
    {
        ArgumentNullException.ThrowIfNull(response);
        ArgumentNullException.ThrowIfNull(tensor);
        var output = new ModelInferResponse.Types.InferOutputTensor { Name = name, Datatype = OpenInferenceTypes.NameOf(tensor.Dtype) };
        foreach (var dim in tensor.TensorShape?.Dim ?? [])
        {
            output.Shape.Add(dim.Size);
        }

        if (raw)
        {
            response.RawOutputContents.Add(RawTensor.Write(tensor));
        }
        else
        {
            output.Contents = WriteContents(tensor);
        }

        response.Outputs.Add(output);
    }

    /// <summary>Whether a type has no typed contents.</summary>
    /// <param name="type">The element type.</param>
    public static bool NeedsRaw(DataType type) => type is DataType.DtHalf or DataType.DtBfloat16;

    private static TensorProto ReadContents(string field, DataType type, IEnumerable<long> shape, InferTensorContents contents)
    {
        var tensor = RawTensor.Begin($"{field}.shape", type, shape, out var count);
        var given = 0;
        switch (type)
        {
            case DataType.DtFloat:
                tensor.FloatVal.AddRange(contents.Fp32Contents);
                given = tensor.FloatVal.Count;
                break;
            case DataType.DtDouble:
                tensor.DoubleVal.AddRange(contents.Fp64Contents);
                given = tensor.DoubleVal.Count;
                break;
            case DataType.DtInt64:
                tensor.Int64Val.AddRange(contents.Int64Contents);
                given = tensor.Int64Val.Count;
                break;
            case DataType.DtUint64:
                tensor.Uint64Val.AddRange(contents.Uint64Contents);
                given = tensor.Uint64Val.Count;
                break;
            case DataType.DtUint32:
                tensor.Uint32Val.AddRange(contents.UintContents);
                given = tensor.Uint32Val.Count;
                break;
            case DataType.DtBool:
                tensor.BoolVal.AddRange(contents.BoolContents);
                given = tensor.BoolVal.Count;
                break;
            case DataType.DtString:
                tensor.StringVal.AddRange(contents.BytesContents);
                given = tensor.StringVal.Count;
                break;
            case DataType.DtInt8 or DataType.DtInt16 or DataType.DtInt32:
                AddInRange(field, tensor, contents.IntContents.Select(v => (long)v), type);
                given = tensor.IntVal.Count;
                break;
            case DataType.DtUint8 or DataType.DtUint16:
                AddInRange(field, tensor, contents.UintContents.Select(v => (long)v), type);
                given = tensor.IntVal.Count;
                break;
            default:
                throw new PredictJsonException($"{field}.contents", $"cannot hold {OpenInferenceTypes.NameOf(type)}; use raw_input_contents");
        }

        return given == count
            ? tensor
            : throw new PredictJsonException($"{field}.contents", $"has {given} values of {OpenInferenceTypes.NameOf(type)}; its shape needs {count}");
    }

    private static void AddInRange(string field, TensorProto tensor, IEnumerable<long> values, DataType type)
    {
        var (least, most) = type switch
        {
            DataType.DtInt8 => (sbyte.MinValue, sbyte.MaxValue),
            DataType.DtInt16 => (short.MinValue, short.MaxValue),
            DataType.DtUint8 => (byte.MinValue, byte.MaxValue),
            DataType.DtUint16 => (ushort.MinValue, ushort.MaxValue),
            _ => ((long)int.MinValue, (long)int.MaxValue),
        };
        foreach (var value in values)
        {
            if (value < least || value > most)
            {
                throw new PredictJsonException($"{field}.contents", $"holds {value}, which is no {OpenInferenceTypes.NameOf(type)}");
            }

            tensor.IntVal.Add((int)value);
        }
    }

    private static InferTensorContents WriteContents(TensorProto tensor)
    {
        var contents = new InferTensorContents();
        if (tensor.Dtype == DataType.DtString)
        {
            contents.BytesContents.AddRange(TensorContent.GetStrings(tensor));
            return contents;
        }

        var bytes = TensorContent.GetBytes(tensor).Span;
        switch (tensor.Dtype)
        {
            case DataType.DtFloat:
                contents.Fp32Contents.Capacity = bytes.Length / sizeof(float);
                foreach (var value in MemoryMarshal.Cast<byte, float>(bytes))
                {
                    contents.Fp32Contents.Add(value);
                }

                break;
            case DataType.DtDouble:
                foreach (var value in MemoryMarshal.Cast<byte, double>(bytes))
                {
                    contents.Fp64Contents.Add(value);
                }

                break;
            case DataType.DtInt64:
                foreach (var value in MemoryMarshal.Cast<byte, long>(bytes))
                {
                    contents.Int64Contents.Add(value);
                }

                break;
            case DataType.DtUint64:
                foreach (var value in MemoryMarshal.Cast<byte, ulong>(bytes))
                {
                    contents.Uint64Contents.Add(value);
                }

                break;
            case DataType.DtBool:
                foreach (var value in bytes)
                {
                    contents.BoolContents.Add(value != 0);
                }

                break;
            default:
                AddIntegers(contents, tensor.Dtype, bytes);
                break;
        }

        return contents;
    }

    private static void AddIntegers(InferTensorContents contents, DataType type, ReadOnlySpan<byte> bytes)
    {
        var width = TensorDataTypes.ElementBytes(type);
        for (var i = 0; i < bytes.Length; i += width)
        {
            var value = bytes.Slice(i, width);
            switch (type)
            {
                case DataType.DtInt8:
                    contents.IntContents.Add((sbyte)value[0]);
                    break;
                case DataType.DtInt16:
                    contents.IntContents.Add(BinaryPrimitives.ReadInt16LittleEndian(value));
                    break;
                case DataType.DtInt32:
                    contents.IntContents.Add(BinaryPrimitives.ReadInt32LittleEndian(value));
                    break;
                case DataType.DtUint8:
                    contents.UintContents.Add(value[0]);
                    break;
                case DataType.DtUint16:
                    contents.UintContents.Add(BinaryPrimitives.ReadUInt16LittleEndian(value));
                    break;
                default:
                    contents.UintContents.Add(BinaryPrimitives.ReadUInt32LittleEndian(value));
                    break;
            }
        }
    }
}
