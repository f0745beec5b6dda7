using Google.Protobuf;
using MuLambda.Protocol.TensorFlow;
using MuLambda.Protocol.Tensors;

namespace MuLambda.Selector;

/// <summary>Tensors whose first dimension is the example, to be taken apart: parts of the same memory, without a copy.</summary>
internal sealed class TensorsByExample
{
    private readonly IReadOnlyDictionary<string, TensorProto> _tensors;
    private readonly int _items;

    private TensorsByExample(IReadOnlyDictionary<string, TensorProto> tensors, int items) => (_tensors, _items) = (tensors, items);

    /// <summary>Prepares the tensors of <paramref name="items"/> examples; null where they are not by example, so that nobody can tell whose is what.</summary>
    /// <exception cref="InvalidDataException">The values of a tensor do not fill its shape.</exception>
    public static TensorsByExample? Of(IReadOnlyDictionary<string, TensorProto> tensors, int items)
    {
        foreach (var (name, tensor) in tensors)
        {
            if (tensor.TensorShape?.Dim is not { Count: > 0 } dims || dims[0].Size != items)
            {
                return null;
            }

            TensorContent.Check(name, tensor);
        }

        return new TensorsByExample(tensors, items);
    }

    /// <summary>The tensors of some of the examples.</summary>
    public Dictionary<string, TensorProto> Part(int start, int count)
    {
        var part = new Dictionary<string, TensorProto>(_tensors.Count, StringComparer.Ordinal);
        foreach (var (name, tensor) in _tensors)
        {
            part.Add(name, Part(tensor, start, count));
        }

        return part;
    }

    /// <summary>Puts the outputs of parts of a request behind each other.</summary>
    /// <exception cref="InvalidDataException">They are not alike.</exception>
    public static Dictionary<string, TensorProto> Join(IReadOnlyList<IReadOnlyDictionary<string, TensorProto>> parts)
    {
        var joined = new Dictionary<string, TensorProto>(parts[0].Count, StringComparer.Ordinal);
        foreach (var (name, first) in parts[0])
        {
            var tensor = new TensorProto { Dtype = first.Dtype, TensorShape = first.TensorShape.Clone() };
            tensor.TensorShape.Dim[0].Size = parts.Sum(part => part[name].TensorShape.Dim[0].Size);
            if (first.Dtype == DataType.DtString)
            {
                tensor.StringVal.AddRange(parts.SelectMany(part => TensorContent.GetStrings(part[name])));
            }
            else
            {
                var content = new byte[parts.Sum(part => TensorContent.GetBytes(part[name]).Length)];
                var at = 0;
                foreach (var part in parts)
                {
                    var bytes = TensorContent.GetBytes(part[name]).Span;
                    bytes.CopyTo(content.AsSpan(at));
                    at += bytes.Length;
                }

                tensor.TensorContent = UnsafeByteOperations.UnsafeWrap(content);
            }

            TensorContent.Check(name, tensor);
            joined.Add(name, tensor);
        }

        return joined;
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
