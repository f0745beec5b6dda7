using Google.Protobuf;
using MuLambda.Protocol.TensorFlow;
using MuLambda.Protocol.Tensors;

namespace MuLambda.Selector;

/// <summary>
/// The inputs of a batch's requests, to go behind each other: what they are together, and where the values of each lie. Nothing is copied before the call
/// writes them.
/// </summary>
/// <param name="Inputs">The inputs of all; of several requests without the values, strings apart.</param>
/// <param name="Parts">The values by input, request by request; null for a single request, whose inputs have them.</param>
internal sealed record JoinedInputs(ModelInputs Inputs, IReadOnlyDictionary<string, ReadOnlyMemory<byte>[]>? Parts)
{
    /// <summary>Puts the inputs of requests behind each other.</summary>
    /// <exception cref="InvalidDataException">The values of a tensor do not fill its shape.</exception>
    public static JoinedInputs Of(ReadOnlySpan<PendingPrediction> requests)
    {
        var first = requests[0].Inputs;
        if (requests.Length == 1)
        {
            return new JoinedInputs(first, null);
        }

        var items = 0;
        foreach (var request in requests)
        {
            items += request.Items;
        }

        var tensors = new Dictionary<string, TensorProto>(first.Tensors.Count, StringComparer.Ordinal);
        var parts = new Dictionary<string, ReadOnlyMemory<byte>[]>(first.Tensors.Count, StringComparer.Ordinal);
        foreach (var (name, tensor) in first.Tensors)
        {
            var joined = Empty(tensor, items);
            tensors.Add(name, joined);
            if (tensor.Dtype == DataType.DtString)
            {
                foreach (var request in requests)
                {
                    joined.StringVal.AddRange(TensorContent.GetStrings(request.Inputs.Tensors[name]));
                }

                continue;
            }

            var values = new ReadOnlyMemory<byte>[requests.Length];
            for (var i = 0; i < requests.Length; i++)
            {
                values[i] = TensorContent.GetBytes(requests[i].Inputs.Tensors[name]);
            }

            parts.Add(name, values);
        }

        return new JoinedInputs(first with { Tensors = tensors, Items = items }, parts);
    }

    /// <summary>The same in one piece, for who cannot write parts.</summary>
    public ModelInputs InOnePiece()
    {
        if (Parts is null)
        {
            return Inputs;
        }

        var tensors = new Dictionary<string, TensorProto>(Inputs.Tensors.Count, StringComparer.Ordinal);
        foreach (var (name, tensor) in Inputs.Tensors)
        {
            if (Parts.TryGetValue(name, out var parts))
            {
                var whole = new byte[parts.Sum(part => part.Length)];
                var at = 0;
                foreach (var part in parts)
                {
                    part.Span.CopyTo(whole.AsSpan(at));
                    at += part.Length;
                }

                tensors.Add(name, new TensorProto
                {
                    Dtype = tensor.Dtype, TensorShape = tensor.TensorShape, TensorContent = UnsafeByteOperations.UnsafeWrap(whole),
                });
            }
            else
            {
                tensors.Add(name, tensor);
            }
        }

        return Inputs with { Tensors = tensors };
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
