using System.Buffers;
using System.Text.Json;
using MuLambda.Protocol.Serving;

namespace MuLambda.Protocol.Rest;

/// <summary>TensorFlow Serving's classify and regress bodies in JSON.</summary>
public static class ExamplesJson
{
    /// <summary>Reads a request body: <c>examples</c>, and perhaps <c>context</c> and <c>signature_name</c>.</summary>
    /// <param name="utf8">The body.</param>
    /// <param name="limits">Size limits; the default ones when null. The elements are the values of all features.</param>
    /// <exception cref="PredictJsonException">The body is no JSON, has no examples, or exceeds a limit.</exception>
    public static ExamplesJsonRequest ReadRequest(ReadOnlySpan<byte> utf8, PredictJsonLimits? limits = null)
    {
        limits ??= PredictJsonLimits.Default;
        if (utf8.Length > limits.MaxBytes)
        {
            throw new PredictJsonException(
                PredictJsonException.WholeBody, $"the body has {utf8.Length} bytes; the limit is {limits.MaxBytes}");
        }

        return RelaxedJson.Read(utf8, (json, hasNonFinite) => new ExamplesJsonParser(limits, hasNonFinite).Parse(json));
    }

    /// <summary>Writes the answer to <c>:classify</c>: for each example a list of pairs of label and score.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="result">The classes.</param>
    public static void WriteResponse(IBufferWriter<byte> output, ClassificationResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        using var writer = Begin(output);
        foreach (var example in result.Classifications)
        {
            writer.WriteStartArray();
            foreach (var choice in example.Classes)
            {
                writer.WriteStartArray();
                writer.WriteStringValue(choice.Label);
                JsonNumbers.Write(writer, choice.Score);
                writer.WriteEndArray();
            }

            writer.WriteEndArray();
        }

        End(writer);
    }

    /// <summary>Writes the answer to <c>:regress</c>: a number for each example.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="result">The numbers.</param>
    public static void WriteResponse(IBufferWriter<byte> output, RegressionResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        using var writer = Begin(output);
        foreach (var regression in result.Regressions)
        {
            JsonNumbers.Write(writer, regression.Value);
        }

        End(writer);
    }

    private static Utf8JsonWriter Begin(IBufferWriter<byte> output)
    {
        var writer = new Utf8JsonWriter(output, new JsonWriterOptions { SkipValidation = true });
        writer.WriteStartObject();
        writer.WriteStartArray("results"u8);
        return writer;
    }

    private static void End(Utf8JsonWriter writer)
    {
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.Flush();
    }
}
