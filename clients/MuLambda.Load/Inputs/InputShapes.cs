using System.Globalization;
using Google.Protobuf;
using MuLambda.Protocol.Tensors;
using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Load;

/// <summary>The shapes of a signature's inputs once the number of examples is known.</summary>
internal static class InputShapes
{
    private const int MaxElements = 64 * 1024 * 1024;

    /// <summary>The shape of an input in a request with so many examples.</summary>
    /// <exception cref="InvalidDataException">The input has no such shape.</exception>
    public static long[] Of(TensorSignature input, int items)
    {
        if (input.Shape is not { } declared)
        {
            return [items];
        }

        long[] shape = [.. declared];
        if (shape.Length > 0 && shape[0] < 0)
        {
            shape[0] = items;
        }
        else if (items > 1)
        {
            throw new InvalidDataException($"The model takes no batches: its input '{input.Name}' is {Text(declared)}; a request can carry 1 item, not {items}.");
        }

        if (shape.Any(size => size < 0))
        {
            throw new InvalidDataException(
                $"The model's input '{input.Name}' is {Text(declared)}: random tensors can be made where only the first dimension is open. Give the request's data instead.");
        }

        return shape.Aggregate(1.0, (product, size) => product * size) <= MaxElements
            ? shape
            : throw new InvalidDataException($"The model's input '{input.Name}' is {Text(shape)}, more than the {MaxElements} elements of a request.");
    }

    public static int Count(IEnumerable<long> shape) => (int)shape.Aggregate(1L, (product, size) => product * size);

    public static TensorProto Tensor(DataType type, IEnumerable<long> shape, byte[] content) => new()
    {
        Dtype = type,
        TensorShape = new TensorShapeProto { Dim = { shape.Select(size => new TensorShapeProto.Types.Dim { Size = size }) } },
        TensorContent = UnsafeByteOperations.UnsafeWrap(content),
    };

    public static string Text(IEnumerable<long> shape) =>
        $"[{string.Join(',', shape.Select(size => size.ToString(CultureInfo.InvariantCulture)))}]";
}
