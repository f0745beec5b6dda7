using System.Buffers;
using System.Text.Json;
using MuLambda.Protocol.Tensors;
using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Protocol.Rest;

/// <summary>TensorFlow Serving's predict bodies in JSON, to and from tensors.</summary>
public static class PredictJson
{
    /// <summary>The signature of a body that names none.</summary>
    public const string DefaultSignature = "serving_default";

    /// <summary>Reads a request body of a model whose inputs are known, whichever signature it names.</summary>
    /// <param name="utf8">The body.</param>
    /// <param name="inputs">The inputs of the signature.</param>
    /// <param name="limits">Size limits; the default ones when null.</param>
    /// <exception cref="PredictJsonException">The body is no JSON, does not fit the inputs, or exceeds a limit.</exception>
    public static PredictJsonRequest ReadRequest(
        ReadOnlySpan<byte> utf8, IReadOnlyList<TensorSignature> inputs, PredictJsonLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        return ReadRequest(utf8, _ => inputs, limits);
    }

    /// <summary>Reads a request body.</summary>
    /// <param name="utf8">The body.</param>
    /// <param name="inputsOf">The inputs of the signature with the given name; what it throws for an unknown one comes through.</param>
    /// <param name="limits">Size limits; the default ones when null.</param>
    /// <exception cref="PredictJsonException">The body is no JSON, does not fit the inputs, or exceeds a limit.</exception>
    public static PredictJsonRequest ReadRequest(
        ReadOnlySpan<byte> utf8, Func<string, IReadOnlyList<TensorSignature>> inputsOf, PredictJsonLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(inputsOf);
        limits ??= PredictJsonLimits.Default;
        if (utf8.Length > limits.MaxBytes)
        {
            throw new PredictJsonException(PredictJsonException.WholeBody, $"the body has {utf8.Length} bytes; the limit is {limits.MaxBytes}");
        }

        var parser = new PredictJsonParser(inputsOf, limits);
        return RelaxedJson.Read(utf8, (json, _) => parser.Parse(json));
    }

    /// <summary>Reads a response body, in rows or in columns.</summary>
    /// <param name="utf8">The body.</param>
    /// <param name="outputs">The outputs of the signature: names and element types. The shapes are the answer's own.</param>
    /// <param name="limits">Size limits; the default ones when null.</param>
    /// <exception cref="PredictJsonException">The body is no JSON, does not have these outputs, or exceeds a limit.</exception>
    public static Dictionary<string, TensorProto> ReadResponse(
        ReadOnlySpan<byte> utf8, IReadOnlyList<TensorSignature> outputs, PredictJsonLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        limits ??= PredictJsonLimits.Default;
        if (utf8.Length > limits.MaxBytes)
        {
            throw new PredictJsonException(PredictJsonException.WholeBody, $"the body has {utf8.Length} bytes; the limit is {limits.MaxBytes}");
        }

        return RelaxedJson.Read(utf8, (json, _) => PredictAnswerParser.Parse(json, outputs, limits));
    }

    /// <summary>Requires what <see cref="WriteTensors(Utf8JsonWriter, IReadOnlyCollection{KeyValuePair{string, TensorProto}}, PredictJsonFormat)"/>
    /// does, without writing.</summary>
    /// <param name="outputs">The tensors by name.</param>
    /// <param name="format">The shape of the request this answers.</param>
    /// <exception cref="InvalidDataException">As from <see cref="WriteResponse"/>.</exception>
    public static void CheckTensors(IReadOnlyCollection<KeyValuePair<string, TensorProto>> outputs, PredictJsonFormat format)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        if (outputs.Count == 0)
        {
            throw new InvalidDataException("There is no tensor to write.");
        }

        long? rows = null;
        foreach (var (name, tensor) in outputs)
        {
            TensorContent.Check(name, tensor);
            if (format == PredictJsonFormat.Row)
            {
                RequireRows(name, tensor.TensorShape is { Dim: [var first, ..] } ? first.Size : -1, ref rows);
            }
        }
    }

    /// <summary>Writes a whole request body.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="signature">The signature to name.</param>
    /// <param name="inputs">The tensors by name; at least one.</param>
    /// <param name="format">The shape of the request.</param>
    /// <exception cref="InvalidDataException">As from <see cref="WriteResponse"/>.</exception>
    public static void WriteRequest(
        IBufferWriter<byte> output, string signature, IReadOnlyCollection<KeyValuePair<string, TensorProto>> inputs, PredictJsonFormat format) =>
        WriteBody(output, writer =>
        {
            writer.WriteString("signature_name"u8, signature);
            WriteTensors(writer, inputs, format, "instances", "inputs");
        });

    /// <summary>Writes a whole response body.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="outputs">The tensors by name; at least one.</param>
    /// <param name="format">The shape of the request this answers.</param>
    /// <exception cref="InvalidDataException">A tensor's values do not fill its shape, or in row form the first dimensions
    /// differ or are missing.</exception>
    public static void WriteResponse(
        IBufferWriter<byte> output, IReadOnlyCollection<KeyValuePair<string, TensorProto>> outputs, PredictJsonFormat format) =>
        WriteBody(output, writer => WriteTensors(writer, outputs, format));

    /// <summary>Writes the member <c>predictions</c> or <c>outputs</c> into an object the caller has begun.</summary>
    /// <param name="writer">Within an object.</param>
    /// <param name="outputs">The tensors by name; at least one.</param>
    /// <param name="format">The shape of the request this answers.</param>
    /// <exception cref="InvalidDataException">As from <see cref="WriteResponse"/>.</exception>
    public static void WriteTensors(
        Utf8JsonWriter writer, IReadOnlyCollection<KeyValuePair<string, TensorProto>> outputs, PredictJsonFormat format)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(outputs);
        WriteTensors(writer, outputs, format, "predictions", "outputs");
    }

    private static void WriteBody(IBufferWriter<byte> output, Action<Utf8JsonWriter> members)
    {
        using var writer = new Utf8JsonWriter(output, new JsonWriterOptions { SkipValidation = true });
        try
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
            writer.Flush();
        }
        catch
        {
            // What cannot be written leaves nothing behind: it is found out before the first element.
            writer.Reset();
            throw;
        }
    }

    private static void WriteTensors(
        Utf8JsonWriter writer, IReadOnlyCollection<KeyValuePair<string, TensorProto>> named, PredictJsonFormat format, string rows, string columns)
    {
        if (named.Count == 0)
        {
            throw new InvalidDataException("There is no tensor to write.");
        }

        var tensors = named
            .OrderBy(o => o.Key, StringComparer.Ordinal)
            .Select(o => new TensorJsonWriter(o.Key, o.Value))
            .ToArray();
        if (format == PredictJsonFormat.Row)
        {
            WriteRows(writer, tensors, rows);
        }
        else
        {
            WriteColumns(writer, tensors, columns);
        }
    }

    private static void WriteRows(Utf8JsonWriter writer, TensorJsonWriter[] tensors, string member)
    {
        long? rows = null;
        foreach (var tensor in tensors)
        {
            RequireRows(tensor.Name, tensor.Rows, ref rows);
        }

        writer.WriteStartArray(member);
        for (var row = 0; row < rows; row++)
        {
            if (tensors.Length == 1)
            {
                tensors[0].WriteRow(writer, row);
                continue;
            }

            writer.WriteStartObject();
            foreach (var tensor in tensors)
            {
                writer.WritePropertyName(tensor.Name);
                tensor.WriteRow(writer, row);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void RequireRows(string name, long given, ref long? rows)
    {
        if (given < 0 || given != (rows ??= given))
        {
            throw new InvalidDataException(
                $"The output '{name}' has {(given < 0 ? "no batch dimension" : $"{given} rows, another one {rows}")}; ask with 'inputs' instead of 'instances'.");
        }
    }

    private static void WriteColumns(Utf8JsonWriter writer, TensorJsonWriter[] tensors, string member)
    {
        writer.WritePropertyName(member);
        if (tensors.Length == 1)
        {
            tensors[0].Write(writer);
            return;
        }

        writer.WriteStartObject();
        foreach (var tensor in tensors)
        {
            writer.WritePropertyName(tensor.Name);
            tensor.Write(writer);
        }

        writer.WriteEndObject();
    }
}
