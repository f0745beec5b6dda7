using System.Runtime.InteropServices;
using MuLambda.Protocol.TensorFlow;
using MuLambda.Protocol.Tensors;

namespace MuLambda.Selector;

/// <summary>Reads from a model's output tensors how sure the model is.</summary>
internal static class TensorConfidence
{
    /// <summary>The output by which a model says itself how sure it is, from 0 to 1: one number, or one an example.</summary>
    public const string Output = "confidence";

    /// <summary>How sure the model is, in the mean of the examples.</summary>
    /// <param name="outputs">What it answered.</param>
    /// <param name="labels">Whether its only output may be a table of class probabilities, of which the largest of each example counts.</param>
    /// <returns>Null where the outputs do not say.</returns>
    public static double? Of(IReadOnlyDictionary<string, TensorProto> outputs, bool labels)
    {
        try
        {
            return outputs.TryGetValue(Output, out var reported) ? Reported(reported)
                : labels && outputs.Count == 1 ? Largest(outputs.Values.First())
                : null;
        }
        catch (InvalidDataException)
        {
            // A tensor whose content does not fit its shape.
            return null;
        }
    }

    private static double? Reported(TensorProto output)
    {
        if (output.TensorShape is { Dim: not ([] or [_] or [_, { Size: 1 }]) })
        {
            return null;
        }

        var mean = default(ConfidenceMean);
        switch (output.Dtype)
        {
            case DataType.DtFloat:
                foreach (var value in MemoryMarshal.Cast<byte, float>(TensorContent.GetBytes(output).Span))
                {
                    mean.Add(value);
                }

                break;
            case DataType.DtDouble:
                foreach (var value in MemoryMarshal.Cast<byte, double>(TensorContent.GetBytes(output).Span))
                {
                    mean.Add(value);
                }

                break;
        }

        return mean.Value;
    }

    private static double? Largest(TensorProto output)
    {
        if (output.Dtype != DataType.DtFloat || output.TensorShape is not { Dim: [var rows, { Size: > 1 } classes] })
        {
            return null;
        }

        var values = MemoryMarshal.Cast<byte, float>(TensorContent.GetBytes(output).Span);
        var mean = default(ConfidenceMean);
        for (var row = 0; row < rows.Size; row++)
        {
            mean.AddLargest(values.Slice(row * (int)classes.Size, (int)classes.Size));
        }

        return mean.Value;
    }
}
