using System.Text;
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
