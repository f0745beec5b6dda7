using System.Buffers;
using System.Text;
using MuLambda.Protocol.Rest;
using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Protocol.Tests.Rest;

public sealed class PredictRequestTests
{
    [Theory]
    [InlineData(PredictJsonFormat.Row, """{"signature_name":"s","instances":[{"a":1.5,"b":"text"},{"a":2.0,"b":{"b64":"/w=="}}]}""")]
    [InlineData(PredictJsonFormat.Column, """{"signature_name":"s","inputs":{"a":[1.5,2.0],"b":["text",{"b64":"/w=="}]}}""")]
    public void A_request_is_written_as_it_is_read(PredictJsonFormat format, string expected)
    {
        var (a, b) = (Json.Tensor(DataType.DtFloat, [2], 1.5f, 2f), Json.Strings([2], "text"u8.ToArray(), [0xFF]));
        var body = new ArrayBufferWriter<byte>();

        PredictJson.WriteRequest(body, "s", new Dictionary<string, TensorProto> { ["b"] = b, ["a"] = a }, format);

        Encoding.UTF8.GetString(body.WrittenSpan).ShouldBe(expected);
        var read = PredictJson.ReadRequest(body.WrittenSpan, [Json.Input("a", DataType.DtFloat, -1), Json.Input("b", DataType.DtString, -1)]);
        (read.SignatureName, read.Format, read.Items).ShouldBe(("s", format, 2));
        read.Inputs["a"].ShouldBe(a);
        read.Inputs["b"].ShouldBe(b);
    }

    [Fact]
    public void Row_form_of_one_input_is_a_list_of_values()
    {
        var request = Json.Read("""{"instances": [1.0, 2, 5e-1]}""", Json.Input("x", DataType.DtFloat, -1));

        request.Format.ShouldBe(PredictJsonFormat.Row);
        request.SignatureName.ShouldBe("serving_default");
        request.Items.ShouldBe(3);
        request.Inputs["x"].Dims().ShouldBe([3]);
        request.Inputs["x"].Floats().ShouldBe([1f, 2f, 0.5f]);
    }

    [Fact]
    public void Row_form_of_several_inputs_is_a_list_of_objects_in_any_order()
    {
        var request = Json.Read(
            """{"instances": [{"tag": "foo", "signal": [1, 2]}, {"signal": [3, 4], "tag": {"b64": "/w=="}}]}""",
            Json.Input("signal", DataType.DtInt64, -1, 2),
            Json.Input("tag", DataType.DtString, -1));

        request.Inputs["signal"].ShouldBe(Json.Tensor(DataType.DtInt64, [2, 2], 1L, 2L, 3L, 4L));
        request.Inputs["tag"].ShouldBe(Json.Strings([2], "foo"u8.ToArray(), [0xFF]));
    }

    [Fact]
    public void Row_form_of_one_input_may_name_it_and_b64_is_a_value_not_a_name()
    {
        Json.Read("""{"instances": [{"x": [1]}, {"x": [2]}]}""", Json.Input("x", DataType.DtInt32, -1, -1))
            .Inputs["x"].ShouldBe(Json.Tensor(DataType.DtInt32, [2, 1], 1, 2));
        Json.Read("""{"instances": [{"b64": "AQI="}]}""", Json.Input("image_bytes", DataType.DtString, -1))
            .Inputs["image_bytes"].ShouldBe(Json.Strings([1], [1, 2]));
    }

    [Fact]
    public void Column_form_gives_whole_tensors_named_or_not()
    {
        var bare = Json.Read("""{"inputs": [[true, false]]}""", Json.Input("x", DataType.DtBool, 1, 2));
        bare.Format.ShouldBe(PredictJsonFormat.Column);
        bare.Inputs["x"].ShouldBe(Json.Tensor(DataType.DtBool, [1, 2], true, false));

        var named = Json.Read(
            """{"inputs": {"a": [[1], [2], [3]], "scale": 0.5}}""",
            Json.Input("a", DataType.DtUint8, -1, 1),
            Json.Input("scale", DataType.DtDouble));
        named.Inputs["a"].ShouldBe(Json.Tensor<byte>(DataType.DtUint8, [3, 1], 1, 2, 3));
        named.Inputs["scale"].ShouldBe(Json.Tensor(DataType.DtDouble, [], 0.5));
        named.Items.ShouldBe(1);
    }

    [Fact]
    public void A_scalar_is_its_own_column()
    {
        var request = Json.Read("""{"inputs": 7}""", Json.Input("n", DataType.DtInt32));
        request.Inputs["n"].ShouldBe(Json.Tensor(DataType.DtInt32, [], 7));
    }

    [Fact]
    public void An_input_of_unknown_rank_takes_the_shape_it_is_given() =>
        Json.Read("""{"instances": [[[1,2]],[[3,4]]]}""", Json.Input("x", DataType.DtFloat, null))
            .Inputs["x"].Dims().ShouldBe([2, 1, 2]);

    [Theory]
    [InlineData("""{"signature_name": "ints", "instances": [1]}""")]
    [InlineData("""{"instances": [1], "signature_name": "ints"}""")]
    [InlineData("""{"instances": [1], "extra": {"a": [1]}, "signature_name": "ints"}""")]
    public void The_signature_decides_wherever_it_is_named(string json)
    {
        var request = PredictJson.ReadRequest(Encoding.UTF8.GetBytes(json), name => name switch
        {
            "ints" => [Json.Input("i", DataType.DtInt32, -1)],
            "serving_default" => [Json.Input("s", DataType.DtString, -1)],
            _ => throw new InvalidOperationException(name),
        });

        request.SignatureName.ShouldBe("ints");
        request.Inputs["i"].ShouldBe(Json.Tensor(DataType.DtInt32, [1], 1));
    }

    [Fact]
    public void What_the_lookup_of_an_unknown_signature_throws_comes_through() =>
        Should.Throw<KeyNotFoundException>(() => PredictJson.ReadRequest(
            """{"signature_name": "nope", "instances": [1]}"""u8, name => throw new KeyNotFoundException(name))).Message.ShouldBe("nope");

    [Fact]
    public void Bare_non_finite_tokens_are_numbers_outside_of_strings_only()
    {
        var input = Json.Input("x", DataType.DtFloat, -1);
        Json.Read("""{"instances": [NaN, Infinity, -Infinity, 1]}""", input)
            .Inputs["x"].Floats().ShouldBe([float.NaN, float.PositiveInfinity, float.NegativeInfinity, 1]);

        var request = Json.Read(
            """{"inputs": {"s": ["a \" NaN\\", "Infinity"], "x": [NaN]}}""", input, Json.Input("s", DataType.DtString, -1));
        request.Inputs["s"].StringVal.Select(v => v.ToStringUtf8()).ShouldBe(["a \" NaN\\", "Infinity"]);
    }

    [Fact]
    public void Strings_are_unescaped()
    {
        var request = Json.Read("""{"instances": ["a\u00fc\n", "漢"]}""", Json.Input("s", DataType.DtString, -1));
        request.Inputs["s"].StringVal.Select(v => v.ToStringUtf8()).ShouldBe(["a\u00fc\n", "漢"]);
    }

    [Theory]
    [InlineData("""{"instances": [[1,2,3],[1,2]]}""", "instances[1]", "given 2")]
    [InlineData("""{"instances": [[1,2,3],[1,2,3,4]]}""", "instances[1]", "given 4")]
    [InlineData("""{"instances": [[1,2,3],7]}""", "instances[1]", "expected a list, given 7")]
    [InlineData("""{"instances": [[1,2,[3]]]}""", "instances[0][2]", "given a list")]
    [InlineData("""{"instances": [[1,"two",3]]}""", "instances[0][1]", "JSON Value: \"two\" Type: String is not of expected type: float")]
    [InlineData("""{"instances": [[1,null,3]]}""", "instances[0][1]", "JSON Value: null Type: Null is not of expected type: float")]
    [InlineData("""{"instances": [[1,true,3]]}""", "instances[0][1]", "Type: True is not")]
    [InlineData("""{"instances": [[1,{"b64":"AA=="},3]]}""", "instances[0][1]", "JSON Value: {...} Type: Object is not")]
    [InlineData("""{"instances": [[1,2,1e39]]}""", "instances[0][2]", "JSON Value: 1e39 Type: Number is not of expected type: float")]
    [InlineData("""{"instances": [1,2,3]}""", "instances[0]", "expected a list")]
    [InlineData("""{"instances": []}""", "instances", "at least one")]
    [InlineData("""{"instances": 1}""", "instances", "expected a list")]
    [InlineData("""{"instances": [{"y": [1,2,3]}]}""", "instances[0].y", "JSON object: does not have named input: y; the signature has 'x'")]
    [InlineData("""{"instances": [{}]}""", "instances[0].x", "missing")]
    [InlineData("""{"instances": [{"x": [1,2,3]}, [1,2,3]]}""", "instances[1]", "expected an object with 'x'")]
    [InlineData("""{"instances": [{"x": [1,2,3]}, {"x": [1,2,"3"]}]}""", "instances[1].x[2]", "JSON Value: \"3\" Type: String")]
    [InlineData("""{"instances": [{"x": [1,2,3], "x": [1,2,3]}]}""", "instances[0].x", "twice")]
    [InlineData("""{"inputs": {"x": [[1,2]]}}""", "inputs.x[0]", "expected a list of 3, given 2")]
    [InlineData("""{"inputs": []}""", "inputs", "no elements")]
    [InlineData("""{"inputs": [[1,2,3]], "instances": [[1,2,3]]}""", "$", "one of")]
    [InlineData("""{"signature_name": 3, "instances": [[1,2,3]]}""", "signature_name", "a string")]
    [InlineData("""{}""", "$", "Missing 'inputs' or 'instances' key")]
    [InlineData("""[1]""", "$", "an object")]
    [InlineData("""{"instances": [[1,2,3]]""", "$", "JSON Parse error: ")]
    [InlineData("""{"instances": [[1,2,3]]} x""", "$", "JSON Parse error: ")]
    [InlineData("""{"instances": [[1,2,nan]]}""", "$", "JSON Parse error: ")]
    [InlineData("""{"instances": [[1,2,NaN]""", "$", "JSON Parse error: ")]
    [InlineData("", "$", "JSON Parse error: ")]
    [InlineData("""{"skipped": [[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]], "instances": [[1,2,3]]}""", "$", "JSON Parse error: ")]
    public void A_body_that_does_not_fit_is_refused_at_its_place(string json, string field, string reason)
    {
        var failure = Should.Throw<PredictJsonException>(() => Json.Read(json, Json.Input("x", DataType.DtFloat, -1, 3)));

        failure.Field.ShouldBe(field, failure.Message);
        failure.Reason.ShouldContain(reason);
    }

    [Theory]
    [InlineData(DataType.DtUint8, "256")]
    [InlineData(DataType.DtUint8, "-1")]
    [InlineData(DataType.DtInt8, "128")]
    [InlineData(DataType.DtInt16, "40000")]
    [InlineData(DataType.DtInt32, "2147483648")]
    [InlineData(DataType.DtInt32, "1.0")]
    [InlineData(DataType.DtInt64, "9223372036854775808")]
    [InlineData(DataType.DtUint64, "-1")]
    [InlineData(DataType.DtInt64, "NaN")]
    [InlineData(DataType.DtDouble, "1e999")]
    [InlineData(DataType.DtHalf, "70000")]
    [InlineData(DataType.DtBool, "1")]
    [InlineData(DataType.DtString, "1")]
    [InlineData(DataType.DtString, """{"b64": "?"}""")]
    [InlineData(DataType.DtComplex64, "1")]
    public void An_element_its_type_cannot_hold_is_refused(DataType type, string element) =>
        Should.Throw<PredictJsonException>(() => Json.Read($$"""{"instances": [{{element}}]}""", Json.Input("x", type, -1)))
            .Field.ShouldBe("instances[0]");

    [Fact]
    public void Several_inputs_need_their_names() =>
        Should.Throw<PredictJsonException>(() => Json.Read(
            """{"instances": [1]}""", Json.Input("a", DataType.DtFloat, -1), Json.Input("b", DataType.DtFloat, -1)))
            .Reason.ShouldContain("'a', 'b'");

    [Fact]
    public void Sizes_are_limited_and_the_limit_is_named()
    {
        var inputs = new[] { Json.Input("x", DataType.DtFloat, null) };
        var limits = new PredictJsonLimits { MaxBytes = 100, MaxElements = 5, MaxRank = 3 };

        Should.Throw<PredictJsonException>(() => PredictJson.ReadRequest(new byte[101], inputs, limits))
            .Message.ShouldContain("100");
        Should.Throw<PredictJsonException>(() => PredictJson.ReadRequest("""{"instances":[1,2,3,4,5,6]}"""u8, inputs, limits))
            .Message.ShouldContain("5 elements");
        var deep = Should.Throw<PredictJsonException>(() => PredictJson.ReadRequest("""{"instances":[[[[1]]]]}"""u8, inputs, limits));
        deep.Field.ShouldBe("instances[0][0][0]");
        deep.Reason.ShouldContain("limit of 3");
    }
}
