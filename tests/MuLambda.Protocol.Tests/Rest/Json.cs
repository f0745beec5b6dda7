using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Google.Protobuf;
using MuLambda.Protocol.Rest;
using MuLambda.Protocol.Tensors;
using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Protocol.Tests.Rest;

internal static class Json
{
    public static TensorSignature Input(string name, DataType type, params long[]? shape) => new(name, type, shape);

    public static PredictJsonRequest Read(string json, params TensorSignature[] inputs) =>
        PredictJson.ReadRequest(Encoding.UTF8.GetBytes(json), inputs);

    public static string Write(PredictJsonFormat format, params (string Name, TensorProto Tensor)[] outputs)
    {
        var output = new ArrayBufferWriter<byte>();
        PredictJson.WriteResponse(output, outputs.ToDictionary(o => o.Name, o => o.Tensor), format);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    public static TensorProto Tensor<T>(DataType type, long[] shape, params T[] values)
        where T : unmanaged =>
        new()
        {
            Dtype = type,
            TensorShape = Shape(shape),
            TensorContent = ByteString.CopyFrom(MemoryMarshal.AsBytes(values.AsSpan())),
        };

    public static TensorProto Strings(long[] shape, params byte[][] values) => new()
    {
        Dtype = DataType.DtString,
        TensorShape = Shape(shape),
        StringVal = { values.Select(ByteString.CopyFrom) },
    };

    public static TensorShapeProto Shape(params long[] shape) =>
        new() { Dim = { shape.Select(size => new TensorShapeProto.Types.Dim { Size = size }) } };

    public static long[] Dims(this TensorProto tensor) => [.. tensor.TensorShape.Dim.Select(d => d.Size)];

    public static float[] Floats(this TensorProto tensor)
    {
        var bytes = TensorContent.GetBytes(tensor).Span;
        var values = new float[bytes.Length / sizeof(float)];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes[(i * sizeof(float))..]);
        }

        return values;
    }
}
