using MuLambda.Catalog;
using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Selector;

/// <summary>Which requests can share a batch: their inputs have the same names, element types and sizes of an example.</summary>
internal static class InputLayout
{
    /// <summary>
    /// Whether a signature's requests can be put behind each other at all: every tensor in and out has an open first dimension, which for the inputs
    /// is the number of examples.
    /// </summary>
    public static bool IsBatchable(Model model, ModelInputs inputs)
    {
        foreach (var signature in model.Signatures)
        {
            if (string.Equals(signature.Name, inputs.Signature, StringComparison.Ordinal))
            {
                return AreOpen(signature.Inputs) && AreOpen(signature.Outputs) && HaveItems(inputs);
            }
        }

        return false;
    }

    /// <summary>Whether two requests of one signature can share a batch.</summary>
    public static bool AreAlike(ModelInputs one, ModelInputs other)
    {
        if (one.Tensors.Count != other.Tensors.Count)
        {
            return false;
        }

        foreach (var (name, tensor) in one.Tensors)
        {
            if (!other.Tensors.TryGetValue(name, out var same) || !AreAlike(tensor, same))
            {
                return false;
            }
        }

        return true;
    }

    private static bool AreAlike(TensorProto one, TensorProto other)
    {
        var (dims, others) = (one.TensorShape.Dim, other.TensorShape.Dim);
        if (one.Dtype != other.Dtype || dims.Count != others.Count)
        {
            return false;
        }

        for (var i = 1; i < dims.Count; i++)
        {
            if (dims[i].Size != others[i].Size)
            {
                return false;
            }
        }

        return true;
    }

    private static bool AreOpen(IReadOnlyList<TensorSpec> tensors)
    {
        foreach (var tensor in tensors)
        {
            if (tensor.Shape is not [-1, ..])
            {
                return false;
            }
        }

        return tensors.Count > 0;
    }

    private static bool HaveItems(ModelInputs inputs)
    {
        foreach (var tensor in inputs.Tensors.Values)
        {
            if (tensor.TensorShape?.Dim is not { Count: > 0 } dims || dims[0].Size != inputs.Items)
            {
                return false;
            }
        }

        return inputs.Tensors.Count > 0;
    }
}
