using System.Text;
using System.Text.Json;

namespace MuLambda.Client;

/// <summary>Tensors as TensorFlow Serving's REST API writes them: nested arrays.</summary>
internal static class TensorJson
{
    // Deeper nesting than any tensor has, and within what the JSON reader allows around it.
    private const int MaxRank = 32;

    public static void ThrowIfNotSendable(Array values)
    {
        var refused = values switch
        {
            float[] floats => !floats.All(float.IsFinite),
            double[] doubles => !doubles.All(double.IsFinite),
            string?[] texts => texts.Contains(null),
            int[] or long[] or byte[] or bool[] => false,
            _ => throw new ArgumentException(
                $"Elements of type {values.GetType().GetElementType()} cannot be sent; " +
                "use float, double, int, long, byte, bool or string.", nameof(values)),
        };
        if (refused)
        {
            throw new ArgumentException("A value is not a finite number, or a text is null.", nameof(values));
        }
    }

    public static void Write(Utf8JsonWriter writer, TensorData tensor)
    {
        var at = 0;
        WriteDimension(writer, tensor, 0, ref at);
    }

    public static TensorData Read(JsonElement json, Func<Array, int[], TensorData> create)
    {
        var shape = ShapeOf(json);
        var leaves = new List<JsonElement>();
        Collect(json, shape, 0, leaves);
        return create(ToArray(leaves), shape);
    }

    private static void WriteDimension(Utf8JsonWriter writer, TensorData tensor, int dimension, ref int at)
    {
        if (dimension == tensor.Shape.Count)
        {
            WriteElement(writer, tensor.Values, at++);
            return;
        }

        writer.WriteStartArray();
        for (var i = 0; i < tensor.Shape[dimension]; i++)
        {
            WriteDimension(writer, tensor, dimension + 1, ref at);
        }

        writer.WriteEndArray();
    }

    private static void WriteElement(Utf8JsonWriter writer, Array values, int at)
    {
        switch (values)
        {
            case float[] floats:
                writer.WriteNumberValue(floats[at]);
                break;
            case double[] doubles:
                writer.WriteNumberValue(doubles[at]);
                break;
            case int[] ints:
                writer.WriteNumberValue(ints[at]);
                break;
            case long[] longs:
                writer.WriteNumberValue(longs[at]);
                break;
            case byte[] bytes:
                writer.WriteNumberValue(bytes[at]);
                break;
            case bool[] bools:
                writer.WriteBooleanValue(bools[at]);
                break;
            default:
                writer.WriteStringValue(((string[])values)[at]);
                break;
        }
    }

    private static int[] ShapeOf(JsonElement json)
    {
        var shape = new List<int>();
        while (json.ValueKind == JsonValueKind.Array)
        {
            if (shape.Count == MaxRank)
            {
                throw new FormatException($"The tensor has more than {MaxRank} dimensions.");
            }

            shape.Add(json.GetArrayLength());
            if (shape[^1] == 0)
            {
                break;
            }

            json = json[0];
        }

        return [.. shape];
    }

    private static void Collect(JsonElement json, int[] shape, int dimension, List<JsonElement> leaves)
    {
        var isArray = json.ValueKind == JsonValueKind.Array;
        if (isArray != dimension < shape.Length || (isArray && json.GetArrayLength() != shape[dimension]))
        {
            throw new FormatException("The tensor's rows differ in length.");
        }

        if (!isArray)
        {
            leaves.Add(json);
            return;
        }

        foreach (var item in json.EnumerateArray())
        {
            Collect(item, shape, dimension + 1, leaves);
        }
    }

    private static Array ToArray(List<JsonElement> leaves)
    {
        if (leaves.TrueForAll(leaf => leaf.ValueKind == JsonValueKind.Number))
        {
            // JSON does not say whether 1 was a float: whole numbers stay exact, and convert to floats on demand.
            return leaves.Count > 0 && leaves.TrueForAll(leaf => leaf.TryGetInt64(out _))
                ? leaves.ConvertAll(leaf => leaf.GetInt64()).ToArray()
                : leaves.ConvertAll(leaf => leaf.GetDouble()).ToArray();
        }

        if (leaves.TrueForAll(leaf => leaf.ValueKind is JsonValueKind.True or JsonValueKind.False))
        {
            return leaves.ConvertAll(leaf => leaf.GetBoolean()).ToArray();
        }

        return leaves.ConvertAll(Text).ToArray();
    }

    private static string Text(JsonElement leaf)
    {
        if (leaf.ValueKind == JsonValueKind.String)
        {
            return leaf.GetString()!;
        }

        // Serving wraps the strings of outputs whose name ends in _bytes.
        if (leaf.ValueKind == JsonValueKind.Object && leaf.TryGetProperty("b64", out var encoded)
            && encoded.TryGetBytesFromBase64(out var bytes))
        {
            return Encoding.UTF8.GetString(bytes);
        }

        throw new FormatException("The tensor's elements are of different types.");
    }
}
