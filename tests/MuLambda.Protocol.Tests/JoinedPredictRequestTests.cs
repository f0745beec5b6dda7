using System.Buffers;
using System.Runtime.InteropServices;
using Google.Protobuf;
using MuLambda.Protocol.Serving;
using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Protocol.Tests;

public sealed class JoinedPredictRequestTests
{
    private static readonly ModelSpec Spec = new() { Name = "model", Version = 7, SignatureName = "serving_default" };

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 5)]
    [InlineData(200, 300)]
    public void Parts_are_read_as_one_tensor_with_their_values_behind_each_other(int parts, int floats)
    {
        var request = new JoinedPredictRequest(Spec);
        var values = Enumerable.Range(0, parts).Select(p => Enumerable.Range(0, floats).Select(i => (float)((p * floats) + i)).ToArray()).ToList();
        request.Add("image", Like(DataType.DtFloat, parts, floats), [.. values.Select(v => (ReadOnlyMemory<byte>)MemoryMarshal.AsBytes(v.AsSpan()).ToArray())]);
        request.Add("name", new TensorProto
        {
            Dtype = DataType.DtString, TensorShape = Shape(2), StringVal = { ByteString.CopyFromUtf8("one"), ByteString.CopyFromUtf8("two") },
        });

        var read = PredictRequest.Parser.ParseFrom(Written(request));

        read.ModelSpec.ShouldBe(Spec);
        read.Inputs.Keys.Order().ShouldBe(["image", "name"]);
        read.Inputs["image"].TensorShape.Dim.Select(dim => dim.Size).ShouldBe([parts, floats]);
        MemoryMarshal.Cast<byte, float>(read.Inputs["image"].TensorContent.Span).ToArray().ShouldBe(values.SelectMany(v => v));
        read.Inputs["name"].StringVal.Select(text => text.ToStringUtf8()).ShouldBe(["one", "two"]);
    }

    [Fact]
    public void It_is_as_long_as_it_says_whatever_the_lengths()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var i = 0; i < 200; i++)
        {
            var request = new JoinedPredictRequest(Spec);
            var expected = new PredictRequest { ModelSpec = Spec };
            for (var input = random.Next(1, 4); input > 0; input--)
            {
                var parts = Enumerable.Range(0, random.Next(1, 5)).Select(_ => new byte[random.Next(0, 40_000)]).ToList();
                parts.ForEach(random.NextBytes);
                var length = parts.Sum(part => part.Length);
                var name = new string('x', input * random.Next(1, 60));
                if (expected.Inputs.ContainsKey(name))
                {
                    continue;
                }

                request.Add(name, Like(DataType.DtUint8, 1, length), [.. parts.Select(part => (ReadOnlyMemory<byte>)part)]);
                var tensor = Like(DataType.DtUint8, 1, length);
                tensor.TensorContent = ByteString.CopyFrom([.. parts.SelectMany(part => part)]);
                expected.Inputs.Add(name, tensor);
            }

            var written = Written(request);
            written.Length.ShouldBe(request.Size, $"seed {seed}, {i}");
            PredictRequest.Parser.ParseFrom(written).ShouldBe(expected, $"seed {seed}, {i}");
        }
    }

    private static byte[] Written(JoinedPredictRequest request)
    {
        var output = new ArrayBufferWriter<byte>();
        request.WriteTo(output);
        return output.WrittenSpan.ToArray();
    }

    private static TensorProto Like(DataType type, params long[] shape) => new() { Dtype = type, TensorShape = Shape(shape) };

    private static TensorShapeProto Shape(params long[] sizes)
    {
        var shape = new TensorShapeProto();
        shape.Dim.AddRange(sizes.Select(size => new TensorShapeProto.Types.Dim { Size = size }));
        return shape;
    }
}
