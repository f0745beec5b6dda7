using System.Text;
using MuLambda.Protocol.OpenInference;
using MuLambda.Protocol.Rest;
using MuLambda.Protocol.Tensors;
using MuLambda.Protocol.TensorFlow;
using Xunit.Abstractions;

namespace MuLambda.Protocol.Tests.Rest;

/// <summary>Damaged bodies are refused with a message or, where the damage does no harm, read; nothing else happens.</summary>
public sealed class JsonFuzzTests(ITestOutputHelper output)
{
    private static readonly TensorSignature[] Inputs =
        [Json.Input("x", DataType.DtFloat, -1, 3), Json.Input("n", DataType.DtInt64, -1), Json.Input("s", DataType.DtString, -1), Json.Input("b", DataType.DtBool, -1)];

    private static readonly byte[][] Bodies =
    [
        """{"signature_name": "serving_default", "instances": [{"x": [1, 2.5, -3e4], "n": 7, "s": {"b64": "YWJj"}, "b": true}, {"x": [NaN, Infinity, 0], "n": 9007199254740993, "s": "text", "b": false}]}"""u8.ToArray(),
        """{"inputs": {"x": [[1, 2, 3], [4, 5, 6]], "n": [1, 2], "s": ["a\u00e9\n", "\ud83d\ude00"], "b": [true, false]}}"""u8.ToArray(),
    ];

    private static readonly byte[][] Tokens = [.. new[]
    {
        "[", "]", "{", "}", ",", ":", "null", "true", "NaN", "-Infinity", "1e999", "-0", "0.1e-400", "9223372036854775808", "\"\\ud800\"", "\"", "{\"b64\":\"*\"}",
        "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "\"instances\":", "\"inputs\":", "\"x\":", "\u00ff", "\ufeff",
    }.Select(Encoding.UTF8.GetBytes)];

    [Fact]
    public void A_predict_body()
    {
        Bodies.ShouldAllBe(body => Predict(body) == null);
        new FuzzCampaign("predict bodies", 1500, output.WriteLine) { BytesPerByte = 256 }.Run(r => Damage(Bodies[r.Next(Bodies.Length)], r), Predict).ShouldBeGreaterThan(.5);
    }

    [Fact]
    public void A_body_of_examples()
    {
        var body = """{"signature_name": "regress", "context": {"c": 1}, "examples": [{"x": [1.5, 2.5], "s": ["a", {"b64": "YWJj"}]}, {"n": 7}]}"""u8.ToArray();
        Examples(body).ShouldBeNull();
        new FuzzCampaign("bodies of examples", 800, output.WriteLine) { BytesPerByte = 512 }.Run(r => Damage(body, r), Examples).ShouldBeGreaterThan(.5);
    }

    [Fact]
    public void An_answer()
    {
        var rows = """{"predictions": [{"x": [1, 2.5, -3e4], "n": 7, "s": {"b64": "YWJj"}, "b": true}, {"x": [NaN, 0, 1], "n": 8, "s": "text", "b": false}]}"""u8.ToArray();
        var columns = """{"outputs": {"x": [[1, 2, 3]], "n": [1], "s": [], "b": [true]}}"""u8.ToArray();
        Answer(rows).ShouldBeNull();
        Answer(columns).ShouldBeNull();
        new FuzzCampaign("answers", 800, output.WriteLine) { BytesPerByte = 256 }
            .Run(r => Damage(r.Next(2) == 0 ? rows : columns, r), Answer).ShouldBeGreaterThan(.4);
    }

    [Fact]
    public void A_body_of_the_open_inference_protocol_with_and_without_bytes_behind_it()
    {
        var plain = """{"id": "a", "inputs": [{"name": "x", "shape": [2, 2], "datatype": "FP32", "data": [[1, 2], [NaN, 4]]}, {"name": "s", "datatype": "BYTES", "shape": [1], "data": ["é"]}], "outputs": [{"name": "y"}]}"""u8.ToArray();
        var binary = """{"inputs": [{"name": "x", "shape": [2], "datatype": "INT16", "parameters": {"binary_data_size": 4}}, {"name": "s", "shape": [2], "datatype": "BYTES", "parameters": {"binary_data_size": 11}}]}"""u8.ToArray();
        byte[] behind = [1, 0, 255, 255, 3, 0, 0, 0, 97, 98, 99, 0, 0, 0, 0];
        OpenInference(plain, null).ShouldBeNull();
        OpenInference([.. binary, .. behind], binary.Length).ShouldBeNull();
        new FuzzCampaign("bodies of the Open Inference Protocol", 1200, output.WriteLine) { BytesPerByte = 256 }
            .Run(r => Damage(plain, r), body => OpenInference(body, null)).ShouldBeGreaterThan(.4);
        new FuzzCampaign("the same with bytes behind them", 1200, output.WriteLine) { BytesPerByte = 256 }
            .Run(r => Damage([.. binary, .. behind], r), body => OpenInference(body, Math.Min(binary.Length, body.Length))).ShouldBeGreaterThan(.4);
    }

    [Theory]
    [InlineData("{\"instances\": [{\"\u00ff\": 1}]}")]
    [InlineData("{\"signature_name\": \"\u00ff\", \"instances\": [1]}")]
    [InlineData("{\"instances\": [{\"\\ud800\": 1}]}")]
    [InlineData("{\"examples\": [{\"\u00ff\": 1}]}")]
    public void A_name_that_is_no_text_is_refused(string latin)
    {
        var body = Encoding.Latin1.GetBytes(latin);
        (latin.Contains("examples", StringComparison.Ordinal) ? Examples(body) : Predict(body)).ShouldBe(
            "JSON Parse error: A name or a string is not UTF-8, or has half of a surrogate pair");
    }

    private static byte[] Damage(byte[] body, Random random)
    {
        if (random.Next(2) == 0)
        {
            return ByteMutator.Damage(body, random);
        }

        var at = random.Next(body.Length);
        var token = Tokens[random.Next(Tokens.Length)];
        return [.. body[..at], .. token, .. body[(random.Next(2) == 0 ? at : Math.Min(body.Length, at + random.Next(1, 8)))..]];
    }

    private static string? Predict(byte[] body) => Refusal(() => PredictJson.ReadRequest(body, Inputs));

    private static string? Answer(byte[] body) => Refusal(() => PredictJson.ReadResponse(body, Inputs));

    private static string? OpenInference(byte[] body, int? jsonBytes) => Refusal(() => OpenInferenceJson.ReadRequest(body, jsonBytes));

    private static string? Examples(byte[] body) => Refusal(() => ExamplesJson.ReadRequest(body));

    private static string? Refusal(Func<object> read)
    {
        try
        {
            read().ShouldNotBeNull();
            return null;
        }
        catch (PredictJsonException e)
        {
            return e.Message;
        }
    }
}
