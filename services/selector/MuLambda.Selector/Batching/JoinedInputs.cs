using System.Buffers;
using Google.Protobuf;
using MuLambda.Protocol.TensorFlow;
using MuLambda.Protocol.Tensors;

namespace MuLambda.Selector;

/// <summary>The inputs of a batch's requests behind each other, each copied once, in rented memory that goes back with <see cref="Dispose"/>.</summary>
internal sealed class JoinedInputs : IDisposable
{
    private readonly List<byte[]> _rented = [];

    private JoinedInputs(ModelInputs inputs) => Inputs = inputs;

    /// <summary>The inputs of all.</summary>
    public ModelInputs Inputs { get; private set; }

    /// <summary>Puts the inputs of requests behind each other; those of a single one stay as they are.</summary>
    /// <exception cref="InvalidDataException">The values of a tensor do not fill its shape.</exception>
    public static JoinedInputs Of(ReadOnlySpan<PendingPrediction> requests)
    {
        var first = requests[0].Inputs;
        var joined = new JoinedInputs(first);
        if (requests.Length == 1)
        {
            return joined;
        }

        var items = 0;
        foreach (var request in requests)
        {
            items += request.Items;
        }

        var tensors = new Dictionary<string, TensorProto>(first.Tensors.Count, StringComparer.Ordinal);
        foreach (var (name, tensor) in first.Tensors)
        {
            tensors.Add(name, tensor.Dtype == DataType.DtString ? Strings(requests, name, items) : joined.Bytes(requests, name, items));
        }

        joined.Inputs = first with { Tensors = tensors, Items = items };
        return joined;
    }

    public void Dispose()
    {
        foreach (var array in _rented)
        {
            ArrayPool<byte>.Shared.Return(array);
        }

        _rented.Clear();
    }

    private TensorProto Bytes(ReadOnlySpan<PendingPrediction> requests, string name, int items)
    {
        var length = 0;
        foreach (var request in requests)
        {
            length = checked(length + TensorContent.GetBytes(request.Inputs.Tensors[name]).Length);
        }

        var array = ArrayPool<byte>.Shared.Rent(Math.Max(1, length));
        _rented.Add(array);
        var at = 0;
        foreach (var request in requests)
        {
            var bytes = TensorContent.GetBytes(request.Inputs.Tensors[name]).Span;
            bytes.CopyTo(array.AsSpan(at));
            at += bytes.Length;
        }

        var tensor = Empty(requests[0].Inputs.Tensors[name], items);
        tensor.TensorContent = UnsafeByteOperations.UnsafeWrap(array.AsMemory(0, length));
        return tensor;
    }

    private static TensorProto Strings(ReadOnlySpan<PendingPrediction> requests, string name, int items)
    {
        var tensor = Empty(requests[0].Inputs.Tensors[name], items);
        foreach (var request in requests)
        {
            tensor.StringVal.AddRange(TensorContent.GetStrings(request.Inputs.Tensors[name]));
        }

        return tensor;
    }

    private static TensorProto Empty(TensorProto like, int items)
    {
        var tensor = new TensorProto { Dtype = like.Dtype, TensorShape = new TensorShapeProto() };
        tensor.TensorShape.Dim.Add(new TensorShapeProto.Types.Dim { Size = items });
        for (var i = 1; i < like.TensorShape.Dim.Count; i++)
        {
            tensor.TensorShape.Dim.Add(like.TensorShape.Dim[i]);
        }

        return tensor;
    }
}
