using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;
using MuLambda.Protocol.Rest;
using MuLambda.Protocol.TensorFlow;
using MuLambda.Protocol.Tensors;

namespace MuLambda.Protocol.OpenInference;

/// <summary>The protocol's inference bodies over REST: JSON, and behind it the bytes of tensors that are sent so.</summary>
public static class OpenInferenceJson
{
    /// <summary>The header that tells how long the JSON is where bytes of tensors follow it.</summary>
    public const string LengthHeader = "Inference-Header-Content-Length";

    /// <summary>Reads a request body.</summary>
    /// <param name="body">The body; its bytes are copied.</param>
    /// <param name="jsonBytes">How much of it is JSON; null for all.</param>
    /// <param name="limits">Size limits; the default ones when null.</param>
    /// <exception cref="PredictJsonException">The body is no JSON, is not as the protocol has it, or exceeds a limit.</exception>
    public static OpenInferenceRequest ReadRequest(ReadOnlyMemory<byte> body, int? jsonBytes = null, PredictJsonLimits? limits = null)
    {
        limits ??= PredictJsonLimits.Default;
        if (body.Length > limits.MaxBytes)
        {
            throw new PredictJsonException(PredictJsonException.WholeBody, $"the body has {body.Length} bytes; the limit is {limits.MaxBytes}");
        }

        if (jsonBytes is { } length && (length < 0 || length > body.Length))
        {
            throw new PredictJsonException(LengthHeader, $"is {length}; the body has {body.Length} bytes");
        }

        var json = body[..(jsonBytes ?? body.Length)];
        var binary = body[json.Length..];
        return RelaxedJson.Read(json.Span, (utf8, _) => new OpenInferenceParser(limits, binary).Parse(utf8));
    }

    /// <summary>Writes an answer: the JSON, then the bytes of the outputs that are wanted so.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="model">The model's name.</param>
    /// <param name="version">The model's version.</param>
    /// <param name="id">The caller's id of the request; null for none.</param>
    /// <param name="outputs">The tensors, and whether each is wanted as bytes.</param>
    /// <returns>How long the JSON is where bytes follow it; otherwise null.</returns>
    /// <exception cref="InvalidDataException">A tensor's values do not fill its shape.</exception>
    public static int? WriteResponse(
        PooledBuffer output, string model, string version, string? id, IEnumerable<(string Name, TensorProto Tensor, bool Binary)> outputs)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(outputs);
        var start = output.Length;
        var binaries = new List<ReadOnlyMemory<byte>>();
        using (var writer = new Utf8JsonWriter(output, new JsonWriterOptions { SkipValidation = true }))
        {
            writer.WriteStartObject();
            writer.WriteString("model_name"u8, model);
            writer.WriteString("model_version"u8, version);
            if (id is not null)
            {
                writer.WriteString("id"u8, id);
            }

            writer.WriteStartArray("outputs"u8);
            foreach (var (name, tensor, binary) in outputs)
            {
                WriteOutput(writer, name, tensor, binary ? binaries : null);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        if (binaries.Count == 0)
        {
            return null;
        }

        var json = output.Length - start;
        foreach (var bytes in binaries)
        {
            output.Write(bytes.Span);
        }

        return json;
    }

    private static void WriteOutput(Utf8JsonWriter writer, string name, TensorProto tensor, List<ReadOnlyMemory<byte>>? binaries)
    {
        writer.WriteStartObject();
        writer.WriteString("name"u8, name);
        writer.WriteString("datatype"u8, OpenInferenceTypes.NameOf(tensor.Dtype));
        writer.WriteStartArray("shape"u8);
        foreach (var dim in tensor.TensorShape?.Dim ?? [])
        {
            writer.WriteNumberValue(dim.Size);
        }

        writer.WriteEndArray();
        if (binaries is not null)
        {
            var raw = RawTensor.Write(tensor).Memory;
            binaries.Add(raw);
            writer.WriteStartObject("parameters"u8);
            writer.WriteNumber("binary_data_size"u8, raw.Length);
            writer.WriteEndObject();
        }
        else if (tensor.Dtype == DataType.DtString)
        {
            WriteStrings(writer, tensor);
        }
        else
        {
            writer.WritePropertyName("data"u8);
            new TensorJsonWriter(name, tensor).WriteFlat(writer);
        }

        writer.WriteEndObject();
    }

    private static void WriteStrings(Utf8JsonWriter writer, TensorProto tensor)
    {
        var strings = TensorContent.GetStrings(tensor);
        var text = strings.All(s => Utf8.IsValid(s.Span));
        if (!text)
        {
            writer.WriteStartObject("parameters"u8);
            writer.WriteString("content_type"u8, OpenInferenceParser.Base64);
            writer.WriteEndObject();
        }

        writer.WriteStartArray("data"u8);
        foreach (var value in strings)
        {
            if (text)
            {
                writer.WriteStringValue(value.Span);
            }
            else
            {
                writer.WriteBase64StringValue(value.Span);
            }
        }

        writer.WriteEndArray();
    }
}
