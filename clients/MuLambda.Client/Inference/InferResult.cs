using System.Text.Json;

namespace MuLambda.Client;

/// <summary>What an inference answered.</summary>
public sealed class InferResult
{
    /// <summary>The key of the only output of a model: the wire format does not name it.</summary>
    public const string OnlyOutput = "";

    private InferResult(
        IReadOnlyDictionary<string, TensorData> outputs, JsonElement json, Decision decision, Observed observed, TimeSpan elapsed)
    {
        Outputs = outputs;
        Json = json;
        Decision = decision;
        Observed = observed;
        Elapsed = elapsed;
    }

    /// <summary>The output tensors by name; the first dimension of each counts the examples. A model's only output has the
    /// key <see cref="OnlyOutput"/>.</summary>
    public IReadOnlyDictionary<string, TensorData> Outputs { get; }

    /// <summary>The output of a model with one output.</summary>
    /// <exception cref="InvalidOperationException">The model has several outputs.</exception>
    public TensorData Output => Outputs.Count == 1
        ? Outputs.Values.First()
        : throw new InvalidOperationException($"The model has the outputs {string.Join(", ", Outputs.Keys)}; take one by name.");

    /// <summary>The answer as it came.</summary>
    public JsonElement Json { get; }

    /// <summary>Which executor answered, and why it.</summary>
    public Decision Decision { get; }

    /// <summary>What the selector measured.</summary>
    public Observed Observed { get; }

    /// <summary>How long the call took for the caller, with every retry.</summary>
    public TimeSpan Elapsed { get; }

    internal static InferResult Parse(JsonElement json, TimeSpan elapsed)
    {
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty("decision", out var decisionJson))
        {
            throw new FormatException("The answer has no \"decision\".");
        }

        var decision = decisionJson.Deserialize(ClientJson.Default.Decision)
            ?? throw new FormatException("The answer's \"decision\" is null.");
        var observed = decision.Observed ?? throw new FormatException("The answer's \"decision\" has no \"observed\".");
        var outputs = json.TryGetProperty("predictions", out var rows) ? FromRows(rows)
            : json.TryGetProperty("outputs", out var columns) ? FromColumns(columns)
            : throw new FormatException("The answer has neither \"predictions\" nor \"outputs\".");
        return new InferResult(outputs, json, decision, observed, elapsed);
    }

    private static Dictionary<string, TensorData> FromRows(JsonElement rows)
    {
        if (rows.ValueKind != JsonValueKind.Array)
        {
            throw new FormatException("\"predictions\" is not a list.");
        }

        // With several outputs every row is an object; a string's {"b64": ...} is a value.
        var named = rows.EnumerateArray().FirstOrDefault();
        if (named.ValueKind != JsonValueKind.Object || named.TryGetProperty("b64", out _))
        {
            return new() { [OnlyOutput] = TensorData.FromJson(rows) };
        }

        var outputs = new Dictionary<string, TensorData>();
        foreach (var name in named.EnumerateObject().Select(output => output.Name))
        {
            var items = new List<TensorData>();
            foreach (var row in rows.EnumerateArray())
            {
                items.Add(row.ValueKind == JsonValueKind.Object && row.TryGetProperty(name, out var value)
                    ? TensorData.FromJson(value)
                    : throw new FormatException($"A prediction has no output \"{name}\"."));
            }

            outputs[name] = Stack(name, items);
        }

        return outputs;
    }

    private static TensorData Stack(string name, List<TensorData> items)
    {
        try
        {
            // One row may hold only whole numbers where another does not.
            return items.TrueForAll(item => item.ElementType == items[0].ElementType)
                ? TensorData.Stack(items)
                : TensorData.Stack(items.ConvertAll(item => TensorData.Create(item.ToDoubles(), [.. item.Shape])));
        }
        catch (Exception e) when (e is ArgumentException or InvalidCastException)
        {
            throw new FormatException($"The predictions differ in the shape of output \"{name}\".", e);
        }
    }

    private static Dictionary<string, TensorData> FromColumns(JsonElement columns) =>
        columns.ValueKind == JsonValueKind.Object && !columns.TryGetProperty("b64", out _)
            ? columns.EnumerateObject().ToDictionary(output => output.Name, output => TensorData.FromJson(output.Value))
            : new() { [OnlyOutput] = TensorData.FromJson(columns) };
}
