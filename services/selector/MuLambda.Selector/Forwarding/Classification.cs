using System.Runtime.InteropServices;
using MuLambda.Protocol.TensorFlow;
using MuLambda.Protocol.Tensors;

namespace MuLambda.Selector;

/// <summary>Reads how sure a classifier is.</summary>
internal static class Classification
{
    /// <summary>The mean over the examples of the largest probability.</summary>
    /// <param name="output">The model's only output.</param>
    /// <returns>Null where it is no table of probabilities.</returns>
    public static double? Confidence(TensorProto output)
    {
        if (output.Dtype != DataType.DtFloat || output.TensorShape is not { Dim: [var rows, { Size: > 1 } classes] } || rows.Size < 1)
        {
            return null;
        }

        ReadOnlySpan<float> values;
        try
        {
            values = MemoryMarshal.Cast<byte, float>(TensorContent.GetBytes(output).Span);
        }
        catch (InvalidDataException)
        {
            return null;
        }

        var sum = 0.0;
        for (var row = 0; row < rows.Size; row++)
        {
            var largest = 0f;
            foreach (var value in values.Slice(row * (int)classes.Size, (int)classes.Size))
            {
                if (value is not (>= 0 and <= 1.0001f))
                {
                    return null;
                }

                largest = Math.Max(largest, value);
            }

            sum += Math.Min(1, largest);
        }

        return sum / rows.Size;
    }
}
