using System.Text.Json;

namespace MuLambda.Selector;

/// <summary>Reads from a model's outputs as JSON how sure the model is.</summary>
internal static class JsonConfidence
{
    /// <summary>How sure the model is, in the mean of the examples.</summary>
    /// <param name="outputs">TensorFlow Serving's <c>predictions</c> or <c>outputs</c>.</param>
    /// <param name="labels">Whether its only output may be a table of class probabilities, of which the largest of each example counts.</param>
    /// <returns>Null where the outputs do not say.</returns>
    public static double? Of(JsonElement outputs, bool labels)
    {
        var mean = default(ConfidenceMean);
        if (outputs.ValueKind == JsonValueKind.Object)
        {
            if (outputs.TryGetProperty(TensorConfidence.Output, out var reported))
            {
                AddReported(ref mean, reported);
            }

            return mean.Value;
        }

        if (outputs.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        foreach (var example in outputs.EnumerateArray())
        {
            if (example.ValueKind == JsonValueKind.Object && example.TryGetProperty(TensorConfidence.Output, out var reported))
            {
                AddReported(ref mean, reported);
            }
            else if (!labels || example.ValueKind != JsonValueKind.Array || example.GetArrayLength() < 2)
            {
                return null;
            }
            else
            {
                AddLargest(ref mean, example);
            }
        }

        return mean.Value;
    }

    private static void AddReported(ref ConfidenceMean mean, JsonElement reported)
    {
        switch (reported.ValueKind)
        {
            case JsonValueKind.Number:
                mean.Add(reported.GetDouble());
                break;
            case JsonValueKind.Array:
                foreach (var value in reported.EnumerateArray())
                {
                    AddReported(ref mean, value);
                }

                break;
            default:
                mean.Add(double.NaN);
                break;
        }
    }

    private static void AddLargest(ref ConfidenceMean mean, JsonElement probabilities)
    {
        var largest = 0.0;
        foreach (var probability in probabilities.EnumerateArray())
        {
            var value = probability.ValueKind == JsonValueKind.Number ? probability.GetDouble() : double.NaN;
            largest = ConfidenceMean.IsProbability(value) ? Math.Max(largest, value) : double.NaN;
        }

        mean.Add(largest);
    }
}
