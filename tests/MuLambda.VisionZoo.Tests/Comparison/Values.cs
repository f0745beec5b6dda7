using MuLambda.Inference;

namespace MuLambda.VisionZoo.Tests.Comparison;

/// <summary>An output's numbers.</summary>
internal sealed record Values(string Type, long[] Shape, float[] Numbers)
{
    public static Values Of(Tensor tensor) => new(
        tensor.DType.Name(),
        tensor.Shape.ToArray(),
        tensor.DType switch
        {
            DType.Float32 => tensor.AsReadOnlySpan<float>().ToArray(),
            DType.Int32 => [.. tensor.AsReadOnlySpan<int>().ToArray().Select(value => (float)value)],
            _ => throw new NotSupportedException($"No model of the zoo answers with {tensor.DType}."),
        });

    /// <summary>The numbers of one example of the batch.</summary>
    public float[] Example(int index)
    {
        var length = Numbers.Length / (int)Shape[0];
        return Numbers[(index * length)..((index + 1) * length)];
    }
}
