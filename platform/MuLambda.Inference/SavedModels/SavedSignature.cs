using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Inference.SavedModels;

/// <summary>A signature as the file has it.</summary>
internal sealed record SavedSignature(string Name, SignatureDef Definition)
{
    // A run keeps a pointer for each on its stack.
    private const int MostTensors = 4096;

    /// <exception cref="TranslationException">An input or output is not a tensor that is supported.</exception>
    public SignatureDescription Describe()
    {
        if (Definition.Outputs.Count == 0)
        {
            throw new TranslationException("it has no outputs");
        }

        if (Definition.Inputs.Count > MostTensors || Definition.Outputs.Count > MostTensors)
        {
            throw new TranslationException($"it has {Definition.Inputs.Count} inputs and {Definition.Outputs.Count} outputs; the limit is {MostTensors}");
        }

        return new SignatureDescription(
            Name, Definition.MethodName, Describe("input", Definition.Inputs), Describe("output", Definition.Outputs));
    }

    private static List<TensorSpec> Describe(string what, IEnumerable<KeyValuePair<string, TensorInfo>> tensors)
    {
        var specs = new List<TensorSpec>();
        foreach (var (name, info) in tensors.OrderBy(t => t.Key, StringComparer.Ordinal))
        {
            // The runtime's names end at their first zero.
            if (name.Contains('\0', StringComparison.Ordinal))
            {
                throw new TranslationException($"{what} {name.Replace('\0', '?')} has a zero in its name");
            }

            if (info.Name.Length == 0)
            {
                throw new TranslationException($"{what} {name} names no tensor");
            }

            if (!DTypes.TryFromTensorFlow(info.Dtype, out var type))
            {
                throw new TranslationException($"{what} {name} has the type {info.Dtype}, which is not supported");
            }

            long[]? shape = info.TensorShape is { UnknownRank: false } known ? [.. known.Dim.Select(d => Math.Max(d.Size, -1))] : null;
            specs.Add(new TensorSpec(name, type, shape) { GraphName = info.Name });
        }

        return specs;
    }
}
