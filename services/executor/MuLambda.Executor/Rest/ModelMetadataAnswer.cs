using System.Globalization;
using System.Text.Json;
using MuLambda.Executor.Models;
using MuLambda.Inference;

namespace MuLambda.Executor.Rest;

/// <summary>TensorFlow Serving's GetModelMetadataResponse as JSON.</summary>
internal static class ModelMetadataAnswer
{
    public static Task WriteAsync(HttpContext context, ModelLease lease) => RestAnswer.JsonAsync(context, writer =>
    {
        writer.WriteStartObject();
        writer.WriteStartObject("model_spec"u8);
        writer.WriteString("name"u8, lease.Name);
        writer.WriteString("signature_name"u8, string.Empty);
        writer.WriteString("version"u8, lease.Version.ToString(CultureInfo.InvariantCulture));
        writer.WriteEndObject();
        writer.WriteStartObject("metadata"u8);
        writer.WriteStartObject("signature_def"u8);
        writer.WriteStartObject("signature_def"u8);
        foreach (var signature in lease.Model.Description.Signatures)
        {
            writer.WriteStartObject(signature.Name);
            WriteTensors(writer, "inputs", signature.Inputs);
            WriteTensors(writer, "outputs", signature.Outputs);
            writer.WriteString("method_name"u8, signature.MethodName);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndObject();
    });

    private static void WriteTensors(Utf8JsonWriter writer, string name, IReadOnlyList<TensorSpec> tensors)
    {
        writer.WriteStartObject(name);
        foreach (var tensor in tensors)
        {
            writer.WriteStartObject(tensor.Name);
            writer.WriteString("dtype"u8, tensor.DType.TensorFlowName());
            writer.WriteStartObject("tensor_shape"u8);
            writer.WriteStartArray("dim"u8);
            foreach (var size in tensor.Shape ?? [])
            {
                writer.WriteStartObject();
                writer.WriteString("size"u8, size.ToString(CultureInfo.InvariantCulture));
                writer.WriteString("name"u8, string.Empty);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteBoolean("unknown_rank"u8, tensor.Shape is null);
            writer.WriteEndObject();
            writer.WriteString("name"u8, tensor.GraphName);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }
}
