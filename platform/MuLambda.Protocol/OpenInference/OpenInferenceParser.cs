using System.Text.Json;
using Google.Protobuf;
using MuLambda.Protocol.Rest;
using MuLambda.Protocol.TensorFlow;
using MuLambda.Protocol.Tensors;

namespace MuLambda.Protocol.OpenInference;

/// <summary>Walks an inference request.</summary>
internal sealed class OpenInferenceParser(PredictJsonLimits limits, ReadOnlyMemory<byte> binary)
{
    /// <summary>The content type of BYTES that are no text.</summary>
    public const string Base64 = "base64";

    // Around the lists of a tensor: the body, the list of inputs, the input.
    private const int SurroundingDepth = 4;

    private readonly ElementBudget _budget = new(limits.MaxElements);
    private readonly Dictionary<string, TensorProto> _inputs = new(StringComparer.Ordinal);
    private readonly List<OpenInferenceOutput> _outputs = [];
    private int _taken;

    public OpenInferenceRequest Parse(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = limits.MaxRank + SurroundingDepth });
        reader.Read();
        RequireStart(ref reader, JsonTokenType.StartObject, PredictJsonException.WholeBody, "an object with 'inputs'");
        string? id = null;
        var binaryOutput = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("id"u8))
            {
                id = ReadString(ref reader, "id");
            }
            else if (reader.ValueTextEquals("parameters"u8))
            {
                binaryOutput = ReadParameters(ref reader, "parameters").BinaryOutput ?? false;
            }
            else if (reader.ValueTextEquals("inputs"u8))
            {
                ReadInputs(ref reader);
            }
            else if (reader.ValueTextEquals("outputs"u8))
            {
                ReadOutputs(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        // Anything but white space behind the object is an error of the JSON.
        reader.Read();
        return _inputs.Count == 0 ? throw new PredictJsonException("inputs", "expected at least one input")
            : _taken < binary.Length ? throw new PredictJsonException(PredictJsonException.WholeBody, $"{binary.Length - _taken} bytes belong to no input")
            : new OpenInferenceRequest(id, _inputs, _outputs, binaryOutput);
    }

    private void ReadInputs(ref Utf8JsonReader reader)
    {
        reader.Read();
        RequireStart(ref reader, JsonTokenType.StartArray, "inputs", "a list");
        for (var i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
        {
            ReadInput(ref reader, $"inputs[{i}]");
        }
    }

    private void ReadInput(ref Utf8JsonReader reader, string field)
    {
        RequireStart(ref reader, JsonTokenType.StartObject, field, "an object");
        string? name = null, datatype = null;
        List<long>? shape = null;
        var parameters = default(Parameters);
        Utf8JsonReader data = default;
        var hasData = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("name"u8))
            {
                name = ReadString(ref reader, $"{field}.name");
            }
            else if (reader.ValueTextEquals("datatype"u8))
            {
                datatype = ReadString(ref reader, $"{field}.datatype");
            }
            else if (reader.ValueTextEquals("shape"u8))
            {
                shape = ReadShape(ref reader, $"{field}.shape");
            }
            else if (reader.ValueTextEquals("parameters"u8))
            {
                parameters = ReadParameters(ref reader, $"{field}.parameters");
            }
            else if (reader.ValueTextEquals("data"u8))
            {
                // What it is may be said behind it.
                reader.Read();
                data = reader;
                hasData = true;
                reader.Skip();
            }
            else
            {
                reader.Skip();
            }
        }

        if (name is null || shape is null || datatype is null)
        {
            throw new PredictJsonException(
                $"{field}.{(name is null ? "name" : shape is null ? "shape" : "datatype")}", "is missing");
        }

        if (!OpenInferenceTypes.TryParse(datatype, out var type))
        {
            throw new PredictJsonException($"{field}.datatype", $"is '{datatype}', which is no datatype");
        }

        if (hasData == parameters.BinarySize is not null)
        {
            throw new PredictJsonException($"{field}.data", hasData ? "is given beside binary_data_size" : "is missing");
        }

        var tensor = hasData
            ? ReadData(ref data, field, type, shape, parameters.ContentType)
            : RawTensor.Read($"{field}.parameters.binary_data_size", type, shape, TakeBinary(field, parameters.BinarySize!.Value));
        if (!_inputs.TryAdd(name, tensor))
        {
            throw new PredictJsonException($"{field}.name", $"'{name}' is given twice");
        }
    }

    private TensorProto ReadData(ref Utf8JsonReader reader, string field, DataType type, List<long> shape, string? contentType)
    {
        var shaped = RawTensor.Begin($"{field}.shape", type, shape, out var count);
        using var values = new TensorJsonReader(new TensorSignature(field, type, null), limits, PredictJsonFormat.Column, named: false)
        {
            Root = $"{field}.data", IsAnswer = true, Budget = _budget,
        };
        values.ReadWhole(ref reader);
        if (values.Elements != count)
        {
            throw new PredictJsonException($"{field}.data", $"has {values.Elements} elements; the shape needs {count}");
        }

        // Nested or flat: the shape counts.
        var tensor = values.Build(rows: null);
        tensor.TensorShape = shaped.TensorShape;
        if (type == DataType.DtString && contentType == Base64)
        {
            Decode(tensor, field);
        }

        return tensor;
    }

    private static void Decode(TensorProto tensor, string field)
    {
        for (var i = 0; i < tensor.StringVal.Count; i++)
        {
            try
            {
                tensor.StringVal[i] = ByteString.FromBase64(tensor.StringVal[i].ToStringUtf8());
            }
            catch (FormatException e)
            {
                throw new PredictJsonException($"{field}.data[{i}]", "is no base64", e);
            }
        }
    }

    private ByteString TakeBinary(string field, long size)
    {
        if (size < 0 || size > binary.Length - _taken)
        {
            throw new PredictJsonException(
                $"{field}.parameters.binary_data_size", $"is {size}; {binary.Length - _taken} bytes are left behind the JSON");
        }

        // A copy: the body's memory goes back to the pool when the request ends.
        var bytes = ByteString.CopyFrom(binary.Span.Slice(_taken, (int)size));
        _taken += (int)size;
        return bytes;
    }

    private void ReadOutputs(ref Utf8JsonReader reader)
    {
        reader.Read();
        RequireStart(ref reader, JsonTokenType.StartArray, "outputs", "a list");
        for (var i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
        {
            RequireStart(ref reader, JsonTokenType.StartObject, $"outputs[{i}]", "an object");
            string? name = null;
            bool? wanted = null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("name"u8))
                {
                    name = ReadString(ref reader, $"outputs[{i}].name");
                }
                else if (reader.ValueTextEquals("parameters"u8))
                {
                    wanted = ReadParameters(ref reader, $"outputs[{i}].parameters").Binary;
                }
                else
                {
                    reader.Skip();
                }
            }

            _outputs.Add(new OpenInferenceOutput(name ?? throw new PredictJsonException($"outputs[{i}].name", "is missing"), wanted));
        }
    }

    private static Parameters ReadParameters(ref Utf8JsonReader reader, string field)
    {
        reader.Read();
        RequireStart(ref reader, JsonTokenType.StartObject, field, "an object");
        var parameters = default(Parameters);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("binary_data_size"u8))
            {
                reader.Read();
                parameters.BinarySize = reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var size)
                    ? size
                    : throw new PredictJsonException($"{field}.binary_data_size", "expected a number of bytes");
            }
            else if (reader.ValueTextEquals("binary_data"u8))
            {
                parameters.Binary = ReadBoolean(ref reader, $"{field}.binary_data");
            }
            else if (reader.ValueTextEquals("binary_data_output"u8))
            {
                parameters.BinaryOutput = ReadBoolean(ref reader, $"{field}.binary_data_output");
            }
            else if (reader.ValueTextEquals("content_type"u8))
            {
                parameters.ContentType = ReadString(ref reader, $"{field}.content_type");
            }
            else
            {
                // Parameters are hints; those of others mean nothing here.
                reader.Skip();
            }
        }

        return parameters;
    }

    private List<long> ReadShape(ref Utf8JsonReader reader, string field)
    {
        reader.Read();
        RequireStart(ref reader, JsonTokenType.StartArray, field, "a list of sizes");
        var shape = new List<long>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            shape.Add(reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var size)
                ? size
                : throw new PredictJsonException($"{field}[{shape.Count}]", "expected a whole number"));
            if (shape.Count > limits.MaxRank)
            {
                throw new PredictJsonException(field, $"has more than {limits.MaxRank} dimensions");
            }
        }

        return shape;
    }

    private static string ReadString(ref Utf8JsonReader reader, string field)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw new PredictJsonException(field, "expected a string");
    }

    private static bool ReadBoolean(ref Utf8JsonReader reader, string field)
    {
        reader.Read();
        return reader.TokenType is JsonTokenType.True or JsonTokenType.False
            ? reader.GetBoolean()
            : throw new PredictJsonException(field, "expected true or false");
    }

    private static void RequireStart(ref Utf8JsonReader reader, JsonTokenType token, string field, string expected)
    {
        if (reader.TokenType != token)
        {
            throw new PredictJsonException(field, $"expected {expected}");
        }
    }

    private record struct Parameters(long? BinarySize, bool? Binary, bool? BinaryOutput, string? ContentType);
}
