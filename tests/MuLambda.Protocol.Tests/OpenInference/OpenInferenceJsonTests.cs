using System.Text;
using MuLambda.Protocol.OpenInference;
using MuLambda.Protocol.Rest;
using MuLambda.Protocol.TensorFlow;
using MuLambda.Protocol.Tensors;
using MuLambda.Protocol.Tests.Rest;

namespace MuLambda.Protocol.Tests.OpenInference;

public sealed class OpenInferenceJsonTests
{
    [Theory]
    [InlineData("{", "$")]
    [InlineData("[]", "$")]
    [InlineData("{}", "inputs")]
    [InlineData("""{"inputs": []}""", "inputs")]
    [InlineData("""{"inputs": {}}""", "inputs")]
    [InlineData("""{"inputs": [1]}""", "inputs[0]")]
    [InlineData("""{"inputs": [{"shape": [1], "datatype": "FP32", "data": [1]}]}""", "inputs[0].name")]
    [InlineData("""{"inputs": [{"name": "x", "datatype": "FP32", "data": [1]}]}""", "inputs[0].shape")]
    [InlineData("""{"inputs": [{"name": "x", "shape": [1], "data": [1]}]}""", "inputs[0].datatype")]
    [InlineData("""{"inputs": [{"name": "x", "shape": [1], "datatype": "FP32"}]}""", "inputs[0].data")]
    [InlineData("""{"inputs": [{"name": "x", "shape": [1], "datatype": "float", "data": [1]}]}""", "inputs[0].datatype")]
    [InlineData("""{"inputs": [{"name": "x", "shape": [-1], "datatype": "FP32", "data": [1]}]}""", "inputs[0].shape")]
    [InlineData("""{"inputs": [{"name": "x", "shape": ["1"], "datatype": "FP32", "data": [1]}]}""", "inputs[0].shape[0]")]
    [InlineData("""{"inputs": [{"name": "x", "shape": [2], "datatype": "FP32", "data": [1]}]}""", "inputs[0].data")]
    [InlineData("""{"inputs": [{"name": "x", "shape": [2], "datatype": "FP32", "data": [1, "two"]}]}""", "inputs[0].data[1]")]
    [InlineData("""{"inputs": [{"name": "x", "shape": [1], "datatype": "UINT8", "data": [256]}]}""", "inputs[0].data[0]")]
    [InlineData("""{"inputs": [{"name": "x", "shape": [2, 2], "datatype": "FP32", "data": [[1, 2], [3]]}]}""", "inputs[0].data[1]")]
    [InlineData("""{"inputs": [{"name": "x", "shape": [1], "datatype": "FP32", "data": [1], "parameters": {"binary_data_size": 4}}]}""", "inputs[0].data")]
    [InlineData("""{"inputs": [{"name": "x", "shape": [1], "datatype": "FP32", "parameters": {"binary_data_size": 4}}]}""", "inputs[0].parameters.binary_data_size")]
    [InlineData("""{"inputs": [{"name": "x", "shape": [1], "datatype": "BYTES", "data": ["?"], "parameters": {"content_type": "base64"}}]}""", "inputs[0].data[0]")]
    [InlineData("""{"inputs": [{"name": "x", "shape": [1], "datatype": "BOOL", "data": [true]}, {"name": "x", "shape": [1], "datatype": "BOOL", "data": [true]}]}""", "inputs[1].name")]
    [InlineData("""{"inputs": [{"name": "x", "shape": [1], "datatype": "BOOL", "data": [true]}], "outputs": [{}]}""", "outputs[0].name")]
    public void What_is_wrong_is_told_with_its_place(string json, string field) =>
        Should.Throw<PredictJsonException>(() => Read(json)).Field.ShouldBe(field);

    [Fact]
    public void Numbers_that_are_not_finite_text_and_bytes_are_taken()
    {
        var request = Read(
            """{"id": "a", "parameters": {"binary_data_output": true}, "inputs": ["""
            + """{"name": "x", "shape": [3], "datatype": "FP64", "data": [NaN, -Infinity, 1]},"""
            + """{"name": "t", "shape": [1, 1], "datatype": "BYTES", "data": [["\u00fc"]]},"""
            + """{"name": "e", "shape": [0, 4], "datatype": "INT64", "data": []},"""
            + """{"name": "b", "shape": [1], "datatype": "BYTES", "parameters": {"content_type": "base64"}, "data": ["/w=="]}]}""");

        request.Id.ShouldBe("a");
        request.BinaryOutput.ShouldBeTrue();
        double.IsNaN(BitConverter.ToDouble(TensorContent.GetBytes(request.Inputs["x"]).Span)).ShouldBeTrue();
        request.Inputs["t"].StringVal.Single().ToStringUtf8().ShouldBe("\u00fc");
        request.Inputs["t"].Dims().ShouldBe([1, 1]);
        request.Inputs["e"].Dims().ShouldBe([0, 4]);
        request.Inputs["b"].StringVal.Single().ToByteArray().ShouldBe([0xFF]);
    }

    [Fact]
    public void Tensors_as_bytes_follow_each_other_behind_the_json()
    {
        var json = Encoding.UTF8.GetBytes(
            """{"inputs": [{"name": "x", "shape": [2], "datatype": "INT16", "parameters": {"binary_data_size": 4}},"""
            + """{"name": "t", "shape": [2], "datatype": "BYTES", "parameters": {"binary_data_size": 11}}]}""");
        byte[] bytes = [1, 0, 255, 255, 3, 0, 0, 0, 97, 98, 99, 0, 0, 0, 0];

        var request = OpenInferenceJson.ReadRequest((byte[])[.. json, .. bytes], json.Length);

        request.Inputs["x"].TensorContent.ToByteArray().ShouldBe([1, 0, 255, 255]);
        request.Inputs["t"].StringVal.Select(s => s.ToStringUtf8()).ShouldBe(["abc", ""]);
        Should.Throw<PredictJsonException>(() => OpenInferenceJson.ReadRequest((byte[])[.. json, .. bytes, 0], json.Length)).Field.ShouldBe("$");
        Should.Throw<PredictJsonException>(() => OpenInferenceJson.ReadRequest((byte[])[.. json, .. bytes[..^1]], json.Length))
            .Field.ShouldBe("inputs[1].parameters.binary_data_size");
    }

    [Fact]
    public void Bytes_whose_lengths_do_not_fit_are_refused()
    {
        foreach (var bytes in new byte[][] { [1, 0, 0], [9, 0, 0, 0, 1], [255, 255, 255, 255], [0, 0, 0, 0, 7] })
        {
            Should.Throw<PredictJsonException>(() => RawTensor.Read("f", DataType.DtString, [1], Google.Protobuf.ByteString.CopyFrom(bytes)))
                .Field.ShouldBe("f");
        }
    }

    [Fact]
    public void Random_tensors_survive_the_way_out_and_in_as_json_as_bytes_and_in_messages()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        DataType[] types =
        [
            DataType.DtFloat, DataType.DtDouble, DataType.DtInt8, DataType.DtUint8, DataType.DtInt16, DataType.DtUint16, DataType.DtInt32,
            DataType.DtUint32, DataType.DtInt64, DataType.DtUint64, DataType.DtBool, DataType.DtString,
        ];
        for (var round = 0; round < 200; round++)
        {
            var type = types[random.Next(types.Length)];
            var tensor = RandomTensor(random, type);

            foreach (var binary in new[] { false, true })
            {
                using var body = new PooledBuffer();
                var json = OpenInferenceJson.WriteResponse(body, "m", "1", null, [("x", tensor, binary)]);
                var text = Encoding.UTF8.GetString(body.WrittenSpan[..(json ?? body.Length)]).Replace("\"outputs\"", "\"inputs\"", StringComparison.Ordinal);
                byte[] asRequest = [.. Encoding.UTF8.GetBytes(text), .. body.WrittenSpan[(json ?? body.Length)..]];

                var read = OpenInferenceJson.ReadRequest(asRequest, json is null ? null : Encoding.UTF8.GetByteCount(text)).Inputs["x"];

                read.ShouldBe(tensor, $"seed {seed}, round {round}: {text}");
            }

            foreach (var raw in new[] { false, true })
            {
                var response = new ModelInferResponse();
                InferMessages.AddOutput(response, "x", tensor, raw);
                var output = response.Outputs.Single();
                var request = new ModelInferRequest
                {
                    Inputs =
                    {
                        new ModelInferRequest.Types.InferInputTensor
                        {
                            Name = "x", Datatype = output.Datatype, Shape = { output.Shape }, Contents = output.Contents,
                        },
                    },
                    RawInputContents = { response.RawOutputContents },
                };

                var read = InferMessages.ReadInputs(request)["x"];

                if (type == DataType.DtString)
                {
                    read.ShouldBe(tensor, $"seed {seed}, round {round}");
                }
                else
                {
                    TensorContent.GetBytes(read).ToArray().ShouldBe(TensorContent.GetBytes(tensor).ToArray(), $"seed {seed}, round {round}, {type}");
                }
            }
        }
    }

    private static OpenInferenceRequest Read(string json) => OpenInferenceJson.ReadRequest(Encoding.UTF8.GetBytes(json));

    private static TensorProto RandomTensor(Random random, DataType type)
    {
        long[] shape = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => (long)random.Next(1, 4))];
        var count = (int)shape.Aggregate(1L, (product, size) => product * size);
        switch (type)
        {
            case DataType.DtString:
                return Json.Strings(shape, [.. Enumerable.Range(0, count).Select(_ => RandomBytes(random, random.Next(0, 5)))]);
            case DataType.DtBool:
                return Json.Tensor(type, shape, [.. Enumerable.Range(0, count).Select(_ => random.Next(2) == 1)]);
            case DataType.DtFloat:
                return Json.Tensor(type, shape, [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() - 0.5))]);
            case DataType.DtDouble:
                return Json.Tensor(type, shape, [.. Enumerable.Range(0, count).Select(_ => random.NextDouble() - 0.5)]);
            default:
                return Json.Tensor(type, shape, RandomBytes(random, count * TensorDataTypes.ElementBytes(type)));
        }
    }

    private static byte[] RandomBytes(Random random, int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }
}
