using Google.Protobuf;
using MuLambda.Protocol.TensorFlow;
using MuLambda.Protocol.Tensors;

namespace MuLambda.Selector;

/// <summary>The outputs of a batch, to be handed out request by request: parts of the same memory, without a copy.</summary>
internal sealed class SplitOutputs
{
    private readonly IReadOnlyDictionary<string, TensorProto> _outputs;
    private readonly int _items;

    private SplitOutputs(IReadOnlyDictionary<string, TensorProto> outputs, int items) => (_outputs, _items) = (outputs, items);

    /// <summary>Prepares the outputs of a batch of <paramref name="items"/> examples; null where they are not by example, so that nobody can tell whose is what.</summary>
    /// <exception cref="InvalidDataException">The values of a tensor do not fill its shape.</exception>
    public static SplitOutputs? Of(IReadOnlyDictionary<string, TensorProto> outputs, int items)
    {
        foreach (var (name, tensor) in outputs)
        {
            if (tensor.TensorShape?.Dim is not { Count: > 0 } dims || dims[0].Size != items)
            {
                return null;
            }

            TensorContent.Check(name, tensor);
        }

        return new SplitOutputs(outputs, items);
    }

    /// <summary>The outputs of some of the examples.</summary>
    public Dictionary<string, TensorProto> Part(int start, int count)
    {
        var part = new Dictionary<string, TensorProto>(_outputs.Count, StringComparer.Ordinal);
        foreach (var (name, tensor) in _outputs)
        {
            part.Add(name, Part(tensor, start, count));
        }

        return part;
    }

    private TensorProto Part(TensorProto tensor, int start, int count)
    {
        var part = new TensorProto { Dtype = tensor.Dtype, TensorShape = new TensorShapeProto() };
        part.TensorShape.Dim.Add(new TensorShapeProto.Types.Dim { Size = count });
        for (var i = 1; i < tensor.TensorShape.Dim.Count; i++)
        {
            part.TensorShape.Dim.Add(tensor.TensorShape.Dim[i]);
        }

        if (tensor.Dtype == DataType.DtString)
        {
            var strings = TensorContent.GetStrings(tensor);
            var each = strings.Count / _items;
            for (var i = start * each; i < (start + count) * each; i++)
            {
                part.StringVal.Add(strings[i]);
            }
        }
        else
        {
            var bytes = TensorContent.GetBytes(tensor);
            var each = bytes.Length / _items;
            part.TensorContent = UnsafeByteOperations.UnsafeWrap(bytes.Slice(start * each, count * each));
        }

        return part;
    }
}
