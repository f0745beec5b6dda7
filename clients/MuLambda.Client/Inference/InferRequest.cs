using System.Buffers;
using System.Text.Json;

namespace MuLambda.Client;

/// <summary>The body of an inference, in TensorFlow Serving's row form (instances) or column form (inputs).</summary>
public sealed class InferRequest
{
    /// <summary>The most important that a request can be; 0 is the least.</summary>
    public const int HighestPriority = 9;

    private InferRequest(ReadOnlyMemory<byte> body, int items, int? priority = null)
    {
        Body = body;
        Items = items;
        Priority = priority;
    }

    /// <summary>The body as it is sent: UTF-8 JSON.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>How many examples the request carries.</summary>
    public int Items { get; }

    /// <summary>How important the request is among those that wait for the same executor; null leaves it to the selector, which takes it as 4.</summary>
    public int? Priority { get; }

    /// <summary>The same request with another priority: the higher go first, and the lowest are refused first.</summary>
    /// <param name="priority">From 0, the least important, to <see cref="HighestPriority"/>; null to leave it to the selector.</param>
    /// <returns>The request.</returns>
    /// <exception cref="ArgumentOutOfRangeException">It is outside these bounds.</exception>
    public InferRequest WithPriority(int? priority)
    {
        if (priority is < 0 or > HighestPriority)
        {
            throw new ArgumentOutOfRangeException(nameof(priority), priority, $"A priority is from 0 to {HighestPriority}.");
        }

        return new InferRequest(Body, Items, priority);
    }

    /// <summary>A batch for a model with one input, in row form: the input needs no name.</summary>
    /// <param name="batch">The examples; the first dimension counts them.</param>
    /// <param name="signature">The signature to call; the model's default where null.</param>
    /// <returns>The request.</returns>
    /// <exception cref="ArgumentException">The batch has no dimension or no example.</exception>
    public static InferRequest FromInstances(TensorData batch, string? signature = null)
    {
        var items = ItemsOf(batch);
        return Write(items, signature, writer =>
        {
            writer.WritePropertyName("instances");
            TensorJson.Write(writer, batch);
        });
    }

    /// <summary>A batch given as a .NET array, such as <c>float[,,,]</c>.</summary>
    /// <inheritdoc cref="FromInstances(TensorData, string?)"/>
    public static InferRequest FromInstances(Array batch, string? signature = null) =>
        FromInstances(TensorData.FromArray(batch), signature);

    /// <summary>One example for a model with one input.</summary>
    /// <param name="instance">The example, without a batch dimension.</param>
    /// <param name="signature">The signature to call; the model's default where null.</param>
    /// <returns>The request.</returns>
    public static InferRequest FromInstance(TensorData instance, string? signature = null) =>
        FromInstances(TensorData.Stack([instance]), signature);

    /// <summary>A batch for a model with named inputs, in column form.</summary>
    /// <param name="inputs">A tensor per input; the first dimension of each counts the examples.</param>
    /// <param name="signature">The signature to call; the model's default where null.</param>
    /// <returns>The request.</returns>
    /// <exception cref="ArgumentException">There is no input, or the inputs differ in their number of examples.</exception>
    public static InferRequest FromInputs(IReadOnlyDictionary<string, TensorData> inputs, string? signature = null)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        var counts = inputs.Values.Select(ItemsOf).Distinct().ToArray();
        if (counts.Length != 1)
        {
            throw new ArgumentException(
                counts.Length == 0 ? "A request has at least one input." : "The inputs differ in their number of examples.",
                nameof(inputs));
        }

        return Write(counts[0], signature, writer =>
        {
            writer.WriteStartObject("inputs");
            foreach (var (name, tensor) in inputs)
            {
                writer.WritePropertyName(name);
                TensorJson.Write(writer, tensor);
            }

            writer.WriteEndObject();
        });
    }

    /// <summary>A predict body as it is, such as one read from a file.</summary>
    /// <param name="body">A JSON object with either <c>instances</c> or <c>inputs</c>.</param>
    /// <returns>The request.</returns>
    /// <exception cref="FormatException">The body is no such object; the message says what is wrong.</exception>
    public static InferRequest FromJson(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return new InferRequest(body, ItemsOf(document.RootElement));
        }
        catch (JsonException e)
        {
            throw new FormatException($"The body is not JSON: {e.Message}", e);
        }
    }

    private static int ItemsOf(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException("The body is not a JSON object.");
        }

        var byRow = root.TryGetProperty("instances", out var instances);
        if (byRow == root.TryGetProperty("inputs", out var inputs))
        {
            throw new FormatException("The body has to have either \"instances\" or \"inputs\".");
        }

        if (byRow)
        {
            return instances.ValueKind == JsonValueKind.Array && instances.GetArrayLength() > 0
                ? instances.GetArrayLength()
                : throw new FormatException("\"instances\" has to be a list with at least one example.");
        }

        var first = inputs;
        if (inputs.ValueKind == JsonValueKind.Object)
        {
            first = inputs.EnumerateObject().Select(input => input.Value).FirstOrDefault();
        }

        return first.ValueKind == JsonValueKind.Array && first.GetArrayLength() > 0 ? first.GetArrayLength() : 1;
    }

    private static int ItemsOf(TensorData batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return batch.Shape.Count > 0 && batch.Shape[0] > 0
            ? batch.Shape[0]
            : throw new ArgumentException("The first dimension counts the examples; there has to be at least one.", nameof(batch));
    }

    private static InferRequest Write(int items, string? signature, Action<Utf8JsonWriter> tensors)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            if (signature is not null)
            {
                writer.WriteString("signature_name", signature);
            }

            tensors(writer);
            writer.WriteEndObject();
        }

        return new InferRequest(buffer.WrittenMemory, items);
    }
}
