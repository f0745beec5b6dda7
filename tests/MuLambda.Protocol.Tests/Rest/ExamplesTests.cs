using System.Buffers;
using System.Text;
using Google.Protobuf;
using MuLambda.Protocol.Rest;
using MuLambda.Protocol.Serving;
using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Protocol.Tests.Rest;

public sealed class ExamplesTests
{
    [Fact]
    public void Features_get_their_kind_from_their_values()
    {
        var request = Read("""
            {"signature_name": "regress_x_to_y", "examples": [
              {"x": 1.0, "n": [1, -2], "s": "a\u00fc", "b": [{"b64": "/wA="}, "text"], "t": [true, false], "none": []},
              {"x": [NaN, Infinity, -Infinity, 5e-1]}, {}]}
            """);

        request.SignatureName.ShouldBe("regress_x_to_y");
        var examples = request.Input.ExampleList.Examples;
        examples.Count.ShouldBe(3);
        var first = examples[0].Features.Feature;
        first["x"].FloatList.Value.ShouldBe([1f]);
        first["n"].Int64List.Value.ShouldBe([1, -2]);
        first["s"].BytesList.Value.ShouldBe([ByteString.CopyFromUtf8("a\u00fc")]);
        first["b"].BytesList.Value.ShouldBe([ByteString.CopyFrom(0xFF, 0), ByteString.CopyFromUtf8("text")]);
        first["t"].Int64List.Value.ShouldBe([1, 0]);
        first["none"].KindCase.ShouldBe(Feature.KindOneofCase.None);
        examples[1].Features.Feature["x"].FloatList.Value.ShouldBe([float.NaN, float.PositiveInfinity, float.NegativeInfinity, 0.5f]);
        examples[2].Features.Feature.ShouldBeEmpty();
    }

    [Fact]
    public void A_text_that_reads_NaN_stays_a_text() =>
        Read("""{"examples": [{"s": "NaN"}]}""").Input.ExampleList.Examples[0].Features.Feature["s"].BytesList.Value
            .ShouldBe([ByteString.CopyFromUtf8("NaN")]);

    [Theory]
    [InlineData("""{"context": {"c": 1}, "examples": [{"x": 1.0}]}""")]
    [InlineData("""{"examples": [{"x": 1.0}], "context": {"c": 1}, "other": [{"x": []}]}""")]
    public void A_context_comes_beside_the_examples(string json)
    {
        var input = Read(json).Input.ExampleListWithContext;
        input.Context.Features.Feature["c"].Int64List.Value.ShouldBe([1]);
        input.Examples.Single().Features.Feature["x"].FloatList.Value.ShouldBe([1f]);
    }

    [Theory]
    [InlineData("""{"instances": [1.0]}""", "$", "'examples' is expected")]
    [InlineData("""{"examples": []}""", "examples", "empty")]
    [InlineData("""{"examples": 3}""", "examples", "a list")]
    [InlineData("""{"examples": [{"x": 1}, 3]}""", "examples[1]", "JSON Number")]
    [InlineData("""{"examples": [{"x": null}]}""", "examples[0].x", "unexpected JSON type: Null")]
    [InlineData("""{"examples": [{"x": {"y": 1}}]}""", "examples[0].x", "unexpected JSON type: Object")]
    [InlineData("""{"examples": [{"x": [[1]]}]}""", "examples[0].x", "unexpected JSON type: Array")]
    [InlineData("""{"examples": [{"x": [1, 2.0]}]}""", "examples[0].x", "expecting type: int64")]
    [InlineData("""{"examples": [{"x": ["a", 2]}]}""", "examples[0].x", "expecting type: bytes")]
    [InlineData("""{"examples": [{"x": [0.5, "a"]}]}""", "examples[0].x", "expecting type: float")]
    [InlineData("""{"examples": [{"x": 18446744073709551615}]}""", "examples[0].x", "int64_t")]
    [InlineData("""{"examples": [{"x": 1e60}]}""", "examples[0].x", "no float")]
    [InlineData("""{"examples": [{"x": {"b64": "?"}}]}""", "examples[0].x", "base64")]
    [InlineData("""{"context": 1, "examples": [{"x": 1}]}""", "context", "JSON Number")]
    [InlineData("""{"signature_name": 1, "examples": [{"x": 1}]}""", "signature_name", "a string")]
    [InlineData("""[]""", "$", "an object")]
    [InlineData("""{"examples": [{"x": 1}""", "$", "JSON Parse error: The document ends")]
    public void A_body_that_does_not_fit_is_refused_at_its_place(string json, string field, string reason)
    {
        var failure = Should.Throw<PredictJsonException>(() => Read(json));
        (failure.Field, failure.Reason).ShouldSatisfyAllConditions(f => f.Field.ShouldBe(field), f => f.Reason.ShouldContain(reason));
    }

    [Fact]
    public void Sizes_are_limited()
    {
        var limits = new PredictJsonLimits { MaxBytes = 200, MaxElements = 4 };
        Should.Throw<PredictJsonException>(() => ExamplesJson.ReadRequest(new byte[201], limits)).Message.ShouldContain("200");
        Should.Throw<PredictJsonException>(() => ExamplesJson.ReadRequest("""{"examples": [{"x": [1,2,3,4]}]}"""u8, limits))
            .Message.ShouldContain("4 elements");
    }

    [Fact]
    public void Answers_have_TensorFlow_Servings_shape()
    {
        Written(output => ExamplesJson.WriteResponse(output, new RegressionResult
        {
            Regressions = { new Regression { Value = 2.5f }, new Regression { Value = 3 }, new Regression { Value = float.NaN } },
        })).ShouldBe("""{"results":[2.5,3.0,NaN]}""");
        Written(output => ExamplesJson.WriteResponse(output, new ClassificationResult
        {
            Classifications =
            {
                new Classifications { Classes = { new Class { Label = "cat", Score = 0.75f }, new Class { Score = 1 } } },
                new Classifications(),
            },
        })).ShouldBe("""{"results":[[["cat",0.75],["",1.0]],[]]}""");
    }

    private static ExamplesJsonRequest Read(string json) => ExamplesJson.ReadRequest(Encoding.UTF8.GetBytes(json));

    private static string Written(Action<IBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
