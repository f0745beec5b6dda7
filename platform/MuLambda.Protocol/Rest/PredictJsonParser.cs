using System.Text.Json;
using MuLambda.Protocol.Tensors;
using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Protocol.Rest;

/// <summary>Walks a predict body; the tensors themselves are read by <see cref="TensorJsonReader"/>.</summary>
internal sealed class PredictJsonParser(Func<string, IReadOnlyList<TensorSignature>> inputsOf, PredictJsonLimits limits)
{
    // Around the lists of a tensor: the body, the list of instances, the instance, a b64 object.
    private const int SurroundingDepth = 4;

    public PredictJsonRequest Parse(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = limits.MaxRank + SurroundingDepth });
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new PredictJsonException("$", "expected an object with 'instances' or 'inputs'");
        }

        string? signature = null;
        PredictJsonRequest? request = null;
        Utf8JsonReader tensors = default;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("signature_name"u8))
            {
                signature = ReadSignatureName(ref reader);
            }
            else if (FormatOf(ref reader) is { } format)
            {
                if (request is not null)
                {
                    throw new PredictJsonException("$", "expected one of 'instances' and 'inputs' once, given more");
                }

                reader.Read();
                tensors = reader;
                request = ReadTensors(ref reader, format, signature);
            }
            else
            {
                // As TensorFlow Serving does.
                reader.Skip();
            }
        }

        // Anything but white space behind the object is an error of the JSON.
        reader.Read();
        if (request is null)
        {
            throw new PredictJsonException("$", "Missing 'inputs' or 'instances' key");
        }

        // The signature may be named behind the tensors that need it.
        var named = signature ?? PredictJson.DefaultSignature;
        return request.SignatureName == named ? request : ReadTensors(ref tensors, request.Format, named);
    }

    private PredictJsonRequest ReadTensors(ref Utf8JsonReader reader, PredictJsonFormat format, string? signature)
    {
        var start = reader;
        try
        {
            return ReadTensors(ref reader, format, inputsOf(signature ?? PredictJson.DefaultSignature), signature ?? PredictJson.DefaultSignature);
        }
        catch (Exception e) when (signature is null && e is not JsonException && SignatureBehind(start) is not null)
        {
            reader = start;
            signature = SignatureBehind(start)!;
            return ReadTensors(ref reader, format, inputsOf(signature), signature);
        }
    }

    private PredictJsonRequest ReadTensors(
        ref Utf8JsonReader reader, PredictJsonFormat format, IReadOnlyList<TensorSignature> inputs, string signature)
    {
        return format == PredictJsonFormat.Row
            ? ReadInstances(ref reader, inputs, signature)
            : ReadInputs(ref reader, inputs, signature);
    }

    private PredictJsonRequest ReadInstances(ref Utf8JsonReader reader, IReadOnlyList<TensorSignature> inputs, string signature)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new PredictJsonException("instances", "expected a list of instances");
        }

        using var tensors = new NamedTensorsReader(inputs, PredictJsonFormat.Row, "instances", limits);
        var rows = tensors.ReadRows(ref reader);
        return rows == 0
            ? throw new PredictJsonException("instances", "expected at least one instance")
            : new PredictJsonRequest(signature, PredictJsonFormat.Row, tensors.Build(rows), rows);
    }

    private PredictJsonRequest ReadInputs(ref Utf8JsonReader reader, IReadOnlyList<TensorSignature> inputs, string signature)
    {
        using var tensors = new NamedTensorsReader(inputs, PredictJsonFormat.Column, "inputs", limits);
        tensors.ReadColumns(ref reader);
        var built = tensors.Build(rows: null);
        return new PredictJsonRequest(signature, PredictJsonFormat.Column, built, ItemsOf(built.Values));
    }

    private static int ItemsOf(IEnumerable<TensorProto> tensors)
    {
        var sizes = tensors.Select(t => t.TensorShape.Dim is [var first, ..] ? first.Size : 1).Distinct().Take(2).ToList();
        return sizes is [var size] ? (int)size : 1;
    }

    private static PredictJsonFormat? FormatOf(ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("instances"u8) ? PredictJsonFormat.Row
        : reader.ValueTextEquals("inputs"u8) ? PredictJsonFormat.Column
        : null;

    internal static string ReadSignatureName(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.String)
        {
            throw new PredictJsonException("signature_name", "expected a string");
        }

        return reader.GetString() is { Length: > 0 } name ? name : PredictJson.DefaultSignature;
    }

    private static string? SignatureBehind(Utf8JsonReader reader)
    {
        do
        {
            reader.Skip();
            if (!reader.Read() || reader.TokenType != JsonTokenType.PropertyName)
            {
                return null;
            }

            if (reader.ValueTextEquals("signature_name"u8))
            {
                return ReadSignatureName(ref reader);
            }
        }
        while (reader.Read());
        return null;
    }
}
