namespace MuLambda.Client;

/// <summary>What a classifier says of one example.</summary>
/// <param name="Label">The class with the highest score, counted from 0.</param>
/// <param name="Probability">That class' score, as the model gave it.</param>
/// <param name="Probabilities">The scores of all classes.</param>
public sealed record Classification(int Label, double Probability, IReadOnlyList<double> Probabilities)
{
    /// <summary>Reads the scores of a classifier's answer: of its outputs, the first one that has numbers for several classes
    /// in its last dimension.</summary>
    /// <param name="result">The answer.</param>
    /// <returns>One classification per example.</returns>
    /// <exception cref="FormatException">No output looks like class scores.</exception>
    public static IReadOnlyList<Classification> FromResult(InferResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var scores = result.Outputs.Values.FirstOrDefault(IsScores) ?? throw new FormatException(
            $"The model {result.Decision.Model} answers with no class scores: no output has numbers in two dimensions.");
        var (items, classes) = (scores.Shape[0], scores.Shape[^1]);
        var values = scores.ToDoubles();
        var answers = new Classification[items];
        for (var item = 0; item < items; item++)
        {
            var probabilities = values.AsSpan(item * classes, classes).ToArray();
            var label = 0;
            for (var candidate = 1; candidate < classes; candidate++)
            {
                if (probabilities[candidate] > probabilities[label])
                {
                    label = candidate;
                }
            }

            answers[item] = new Classification(label, probabilities[label], probabilities);
        }

        return answers;
    }

    private static bool IsScores(TensorData tensor) =>
        tensor.Values is float[] or double[] or long[] && tensor.Shape.Count >= 2 && tensor.Shape[^1] > 1
        && tensor.Count == tensor.Shape[0] * tensor.Shape[^1];
}
