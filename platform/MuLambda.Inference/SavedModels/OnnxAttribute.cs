using Google.Protobuf;
using MuLambda.Inference.Onnx.Proto;
using Kind = MuLambda.Inference.Onnx.Proto.AttributeProto.Types.AttributeType;

namespace MuLambda.Inference.SavedModels;

/// <summary>Attributes of ONNX nodes.</summary>
internal static class OnnxAttribute
{
    public static AttributeProto Int(string name, long value) => new() { Name = name, Type = Kind.Int, I = value };

    public static AttributeProto Float(string name, float value) => new() { Name = name, Type = Kind.Float, F = value };

    public static AttributeProto Text(string name, string value) =>
        new() { Name = name, Type = Kind.String, S = ByteString.CopyFromUtf8(value) };

    public static AttributeProto Ints(string name, params ReadOnlySpan<long> values)
    {
        var attribute = new AttributeProto { Name = name, Type = Kind.Ints };
        foreach (var value in values)
        {
            attribute.Ints.Add(value);
        }

        return attribute;
    }

    /// <summary>A node's integer attribute.</summary>
    public static long Int(this NodeProto node, string name, long fallback) => Find(node, name)?.I ?? fallback;

    /// <summary>A node's list of integers; null where it is left out.</summary>
    public static long[]? Ints(this NodeProto node, string name) => Find(node, name)?.Ints.ToArray();

    /// <summary>A node's text.</summary>
    public static string Text(this NodeProto node, string name, string fallback) => Find(node, name)?.S.ToStringUtf8() ?? fallback;

    private static AttributeProto? Find(NodeProto node, string name)
    {
        foreach (var attribute in node.Attribute)
        {
            if (attribute.Name == name)
            {
                return attribute;
            }
        }

        return null;
    }
}
