using System.Buffers;
using System.Text.Json;
using MuLambda.Protocol.Rest;

namespace MuLambda.Selector;

/// <summary>The body of an inference's answer: the tensors in the form of the request, then the decision.</summary>
internal static class AnswerBody
{
    public static void Write(IBufferWriter<byte> output, Forwarded forwarded, PredictJsonFormat format, DecisionBody decision)
    {
        using var writer = new Utf8JsonWriter(output, new JsonWriterOptions { SkipValidation = true });
        writer.WriteStartObject();
        PredictJson.WriteTensors(writer, forwarded.Outputs, format);
        writer.WritePropertyName("decision");
        JsonSerializer.Serialize(writer, decision, SelectorJson.Default.DecisionBody);
        writer.WriteEndObject();
        writer.Flush();
    }
}
