using System.Text.Json;
using MuLambda.Protocol.Tensors;
using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Protocol.Rest;

/// <summary>Walks a predict answer; the tensors themselves are read by <see cref="TensorJsonReader"/>.</summary>
internal static class PredictAnswerParser
{
    // Around the lists of a tensor: the body, the list of predictions, the prediction, a b64 object.
    private const int SurroundingDepth = 4;

    public static Dictionary<string, TensorProto> Parse(
        ReadOnlySpan<byte> utf8, IReadOnlyList<TensorSignature> outputs, PredictJsonLimits limits)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = limits.MaxRank + SurroundingDepth });
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw Missing();
        }

        Dictionary<string, TensorProto>? tensors = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("predictions"u8))
            {
                reader.Read();
                tensors = ReadPredictions(ref reader, outputs, limits);
            }
            else if (reader.ValueTextEquals("outputs"u8))
            {
                reader.Read();
                tensors = ReadOutputs(ref reader, outputs, limits);
            }
            else
            {
                reader.Skip();
            }
        }

        // Anything but white space behind the object is an error of the JSON.
        reader.Read();
        return tensors ?? throw Missing();
    }

    private static Dictionary<string, TensorProto> ReadPredictions(
        ref Utf8JsonReader reader, IReadOnlyList<TensorSignature> outputs, PredictJsonLimits limits)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new PredictJsonException("predictions", "expected a list");
        }

        using var tensors = new NamedTensorsReader(outputs, PredictJsonFormat.Row, "predictions", limits) { IsAnswer = true };
        return tensors.Build(tensors.ReadRows(ref reader));
    }

    private static Dictionary<string, TensorProto> ReadOutputs(
        ref Utf8JsonReader reader, IReadOnlyList<TensorSignature> outputs, PredictJsonLimits limits)
    {
        using var tensors = new NamedTensorsReader(outputs, PredictJsonFormat.Column, "outputs", limits) { IsAnswer = true };
        tensors.ReadColumns(ref reader);
        return tensors.Build(rows: null);
    }

    private static PredictJsonException Missing() =>
        new(PredictJsonException.WholeBody, "expected an object with 'predictions' or 'outputs'");
}
