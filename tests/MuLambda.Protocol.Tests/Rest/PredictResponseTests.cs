using System.Globalization;
using System.Text;
using MuLambda.Protocol.Rest;
using MuLambda.Protocol.Tensors;
using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Protocol.Tests.Rest;

public sealed class PredictResponseTests
{
    [Fact]
    public void One_output_is_bare_in_both_forms()
    {
        var y = Json.Tensor(DataType.DtFloat, [2, 1], 2.5f, 3f);
        Json.Write(PredictJsonFormat.Row, ("y", y)).ShouldBe("""{"predictions":[[2.5],[3.0]]}""");
        Json.Write(PredictJsonFormat.Column, ("y", y)).ShouldBe("""{"outputs":[[2.5],[3.0]]}""");
        Json.Write(PredictJsonFormat.Column, ("y", Json.Tensor(DataType.DtInt32, [], 7))).ShouldBe("""{"outputs":7}""");
    }

    [Fact]
    public void Several_outputs_are_objects_by_name()
    {
        var label = Json.Strings([2], "a"u8.ToArray(), "b"u8.ToArray());
        var score = Json.Tensor(DataType.DtDouble, [2], 0.1, 1e300);
        Json.Write(PredictJsonFormat.Row, ("score", score), ("label", label))
            .ShouldBe("""{"predictions":[{"label":"a","score":0.1},{"label":"b","score":1E+300}]}""");
        Json.Write(PredictJsonFormat.Column, ("score", score), ("label", label))
            .ShouldBe("""{"outputs":{"label":["a","b"],"score":[0.1,1E+300]}}""");
    }

    [Fact]
    public void Non_finite_floats_are_bare_tokens() =>
        Json.Write(PredictJsonFormat.Row, ("y", Json.Tensor(DataType.DtFloat, [3], float.NaN, float.PositiveInfinity, float.NegativeInfinity)))
            .ShouldBe("""{"predictions":[NaN,Infinity,-Infinity]}""");

    [Fact]
    public void Strings_that_are_bytes_are_base64()
    {
        Json.Write(PredictJsonFormat.Row, ("thumb_bytes", Json.Strings([1], "ab"u8.ToArray())))
            .ShouldBe("""{"predictions":[{"b64":"YWI="}]}""");
        Json.Write(PredictJsonFormat.Row, ("text", Json.Strings([1], [0xFF])))
            .ShouldBe("""{"predictions":[{"b64":"/w=="}]}""");
    }

    [Fact]
    public void Values_in_typed_fields_are_written_like_content_and_the_last_one_repeats()
    {
        Json.Write(PredictJsonFormat.Row, ("y", new TensorProto
        {
            Dtype = DataType.DtFloat, TensorShape = Json.Shape(3), FloatVal = { 1.5f, 2.5f },
        })).ShouldBe("""{"predictions":[1.5,2.5,2.5]}""");
        Json.Write(PredictJsonFormat.Row, ("y", new TensorProto
        {
            Dtype = DataType.DtInt8, TensorShape = Json.Shape(2), IntVal = { -1, 5 },
        })).ShouldBe("""{"predictions":[-1,5]}""");
        Json.Write(PredictJsonFormat.Row, ("y", new TensorProto
        {
            Dtype = DataType.DtBool, TensorShape = Json.Shape(2), BoolVal = { true },
        })).ShouldBe("""{"predictions":[true,true]}""");
    }

    [Fact]
    public void A_tensor_that_does_not_fill_its_shape_is_an_error()
    {
        Should.Throw<InvalidDataException>(() => Json.Write(PredictJsonFormat.Row, ("y", Json.Tensor(DataType.DtFloat, [3], 1f))))
            .Message.ShouldContain("'y'");
        Should.Throw<InvalidDataException>(() => TensorContent.GetBytes(new TensorProto
        {
            Dtype = DataType.DtFloat, TensorShape = Json.Shape(1), FloatVal = { 1f, 2f },
        }));
        Should.Throw<InvalidDataException>(() => TensorContent.GetBytes(new TensorProto
        {
            Dtype = DataType.DtFloat, TensorShape = Json.Shape(1 << 20, 1 << 20), FloatVal = { 1f },
        }));
    }

    [Fact]
    public void Row_form_needs_one_batch_dimension_for_all_outputs()
    {
        var two = Json.Tensor(DataType.DtInt32, [2], 1, 2);
        Should.Throw<InvalidDataException>(() => Json.Write(PredictJsonFormat.Row, ("a", two), ("b", Json.Tensor(DataType.DtInt32, [1], 1))))
            .Message.ShouldContain("'b'");
        Should.Throw<InvalidDataException>(() => Json.Write(PredictJsonFormat.Row, ("s", Json.Tensor(DataType.DtInt32, [], 1))))
            .Message.ShouldContain("no batch dimension");
    }

    [Theory]
    [InlineData(PredictJsonFormat.Row)]
    [InlineData(PredictJsonFormat.Column)]
    public void Random_tensors_of_every_type_survive_the_way_out_and_in(PredictJsonFormat format)
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        DataType[] types =
        [
            DataType.DtFloat, DataType.DtDouble, DataType.DtHalf, DataType.DtInt8, DataType.DtUint8, DataType.DtInt16, DataType.DtUint16,
            DataType.DtInt32, DataType.DtUint32, DataType.DtInt64, DataType.DtUint64, DataType.DtBool, DataType.DtString,
        ];
        for (var round = 0; round < 300; round++)
        {
            var batch = random.Next(1, 5);
            var tensors = Enumerable.Range(0, random.Next(1, 4)).ToDictionary(
                i => string.Create(CultureInfo.InvariantCulture, $"t{i}"),
                _ => RandomTensor(random, types[random.Next(types.Length)], batch));
            var output = new System.Buffers.ArrayBufferWriter<byte>();
            PredictJson.WriteResponse(output, tensors, format);
            var answered = PredictJson.ReadResponse(output.WrittenSpan, [.. tensors.Select(t => new TensorSignature(t.Key, t.Value.Dtype, null))]);
            var text = Encoding.UTF8.GetString(output.WrittenSpan)
                .Replace(format == PredictJsonFormat.Row ? "\"predictions\"" : "\"outputs\"", format == PredictJsonFormat.Row ? "\"instances\"" : "\"inputs\"", StringComparison.Ordinal);

            var read = Json.Read(text, [.. tensors.Select(t => Json.Input(t.Key, t.Value.Dtype, t.Value.Dims()))]);

            foreach (var (name, tensor) in tensors)
            {
                read.Inputs[name].ShouldBe(tensor, $"seed {seed}, round {round}, {tensor.Dtype}: {text}");
                answered[name].ShouldBe(tensor, $"seed {seed}, round {round}, {tensor.Dtype}: {text}");
            }
        }
    }

    [Theory]
    [InlineData("""{"predictions": []}""", 0, 4)]
    [InlineData("""{"outputs": []}""", 0, 4)]
    [InlineData("""{"outputs": [[], []]}""", 2, 0)]
    [InlineData("""{"model_spec": {}, "predictions": [[1, 2]]}""", 1, 2)]
    public void What_is_answered_has_the_shape_of_its_lists_and_where_they_are_empty_the_signatures(string json, long rows, long columns) =>
        PredictJson.ReadResponse(Encoding.UTF8.GetBytes(json), [Json.Input("y", DataType.DtFloat, -1, 4)])["y"].Dims().ShouldBe([rows, columns]);

    [Theory]
    [InlineData("""{"predictions": 1}""", "predictions")]
    [InlineData("""{"predictions": [1]}""", "predictions[0]")]
    [InlineData("""{"outputs": {"a": 1}}""", "outputs.b")]
    [InlineData("""{"outputs": {"a": 1, "b": 2, "c": 3}}""", "outputs.c")]
    [InlineData("""{"outputs": {"a": 1, "b": "two"}}""", "outputs.b")]
    [InlineData("""{"error": "none"}""", "$")]
    [InlineData("[]", "$")]
    [InlineData("{", "$")]
    public void An_answer_without_the_outputs_of_the_signature_is_an_error_that_names_the_place(string json, string field) =>
        Should.Throw<PredictJsonException>(() => PredictJson.ReadResponse(
                Encoding.UTF8.GetBytes(json), [Json.Input("a", DataType.DtFloat), Json.Input("b", DataType.DtFloat)]))
            .Field.ShouldBe(field);

    [Fact]
    public void Tensors_are_checked_without_being_read()
    {
        TensorContent.Check("y", Json.Tensor(DataType.DtFloat, [2], 1f, 2f));
        TensorContent.Check("y", new TensorProto { Dtype = DataType.DtFloat, TensorShape = Json.Shape(9), FloatVal = { 1f } });
        TensorContent.Check("y", Json.Strings([0]));
        foreach (var wrong in new[]
        {
            Json.Tensor(DataType.DtFloat, [3], 1f, 2f),
            Json.Strings([1]),
            new TensorProto { Dtype = DataType.DtInt64, TensorShape = Json.Shape(1) },
            new TensorProto { Dtype = DataType.DtInt64, TensorShape = Json.Shape(1), Int64Val = { 1, 2 } },
            new TensorProto { Dtype = DataType.DtFloat, TensorShape = Json.Shape(-1), FloatVal = { 1f } },
            new TensorProto { Dtype = DataType.DtComplex64, TensorShape = Json.Shape(1) },
        })
        {
            Should.Throw<InvalidDataException>(() => TensorContent.Check("y", wrong)).Message.ShouldContain("'y'");
        }
    }

    private static TensorProto RandomTensor(Random random, DataType type, int batch)
    {
        long[] shape = [batch, .. Enumerable.Range(0, random.Next(0, 4)).Select(_ => (long)random.Next(1, 4))];
        var count = (int)shape.Aggregate(1L, (product, size) => product * size);
        if (type == DataType.DtString)
        {
            return Json.Strings(shape, [.. Enumerable.Range(0, count).Select(_ => RandomBytes(random, random.Next(0, 9)))]);
        }

        if (type == DataType.DtBool)
        {
            return Json.Tensor(type, shape, [.. Enumerable.Range(0, count).Select(_ => random.Next(2) == 1)]);
        }

        // Random bits make every kind of float; the many NaNs are one in JSON.
        var width = TensorDataTypes.ElementBytes(type);
        var bytes = RandomBytes(random, count * width);
        for (var i = 0; i < bytes.Length; i += width)
        {
            var isNaN = type switch
            {
                DataType.DtFloat => float.IsNaN(BitConverter.ToSingle(bytes, i)),
                DataType.DtDouble => double.IsNaN(BitConverter.ToDouble(bytes, i)),
                DataType.DtHalf => Half.IsNaN(BitConverter.ToHalf(bytes, i)),
                _ => false,
            };
            if (isNaN)
            {
                bytes.AsSpan(i, width).Clear();
            }
        }

        return Json.Tensor(type, shape, bytes);
    }

    private static byte[] RandomBytes(Random random, int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }
}
