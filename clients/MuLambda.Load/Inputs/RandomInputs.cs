using System.Buffers.Binary;
using Google.Protobuf;
using MuLambda.Protocol.Tensors;
using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Load;

/// <summary>
/// Tensors of noise that fit a signature: numbers from 0 up to 1, bytes from 0 to 255, other integers from 0 to 9, words of eight letters.
/// </summary>
/// <param name="inputs">The signature's inputs.</param>
/// <param name="seed">Decides the noise.</param>
public sealed class RandomInputs(IReadOnlyList<TensorSignature> inputs, long seed) : IRequestInputs
{
    private const int MaxRequests = 16;
    private const int MaxBytes = 64 * 1024 * 1024;

    /// <inheritdoc/>
    public IReadOnlyList<IReadOnlyDictionary<string, TensorProto>> Make(int items)
    {
        var random = new Random(HashOf(seed, items));
        var first = Next(random, items);
        var bytes = Math.Max(1, first.Values.Sum(tensor => (long)tensor.CalculateSize()));
        var count = (int)Math.Clamp(MaxBytes / bytes, 1, MaxRequests);
        return [first, .. Enumerable.Range(1, count - 1).Select(_ => Next(random, items))];
    }

    private Dictionary<string, TensorProto> Next(Random random, int items) =>
        inputs.ToDictionary(input => input.Name, input => Next(random, input, InputShapes.Of(input, items)));

    private static TensorProto Next(Random random, TensorSignature input, long[] shape)
    {
        var count = InputShapes.Count(shape);
        if (input.DataType == DataType.DtString)
        {
            var words = InputShapes.Tensor(input.DataType, shape, []);
            words.StringVal.Add(Enumerable.Range(0, count).Select(_ => ByteString.CopyFromUtf8(random.GetString("abcdefghijklmnopqrstuvwxyz", 8))));
            return words;
        }

        var width = TensorDataTypes.ElementBytes(input.DataType);
        if (width == 0)
        {
            throw new InvalidDataException($"The model's input '{input.Name}' is of type {TensorDataTypes.NameOf(input.DataType)}, which cannot be sent.");
        }

        var content = new byte[count * width];
        for (var at = 0; at < content.Length; at += width)
        {
            Write(content.AsSpan(at, width), input.DataType, random);
        }

        return InputShapes.Tensor(input.DataType, shape, content);
    }

    // Three digits keep the JSON of REST as short as that of real images.
    private static void Write(Span<byte> to, DataType type, Random random)
    {
        switch (type)
        {
            case DataType.DtFloat:
                BinaryPrimitives.WriteSingleLittleEndian(to, random.Next(1000) / 1000f);
                break;
            case DataType.DtDouble:
                BinaryPrimitives.WriteDoubleLittleEndian(to, random.Next(1000) / 1000d);
                break;
            case DataType.DtHalf:
                BinaryPrimitives.WriteHalfLittleEndian(to, (Half)(random.Next(1000) / 1000f));
                break;
            case DataType.DtBfloat16:
                BinaryPrimitives.WriteUInt16LittleEndian(to, BrainFloat.ToBits(random.Next(1000) / 1000f));
                break;
            case DataType.DtUint8:
                to[0] = (byte)random.Next(256);
                break;
            case DataType.DtBool:
                to[0] = (byte)random.Next(2);
                break;
            default:
                to[0] = (byte)random.Next(10);
                break;
        }
    }

    private static int HashOf(long seed, int items) => unchecked((int)(((ulong)seed + (ulong)items) * 0x9E3779B97F4A7C15UL >> 33));
}
