using MuLambda.Protocol.Rest;
using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Protocol.Tests.Rest;

public sealed class JsonSyntaxTests
{
    [Theory]
    [InlineData("", "The document is empty", 0, 1, 1)]
    [InlineData(" \n ", "The document is empty", 3, 2, 2)]
    [InlineData("""{"instances": [1, 2""", "The document ends", 19, 1, 20)]
    [InlineData("""{"instances": [1, x]}""", "Unexpected 'x'", 18, 1, 19)]
    [InlineData("{\n  \"instances\": [1,\n    2, é]}", "Unexpected 'é'", 28, 3, 8)]
    [InlineData("""{"instances": [NaN, -Infinity, x]}""", "Unexpected 'x'", 31, 1, 32)]
    [InlineData("""{"instances": [NaN, NaN""", "The document ends", 23, 1, 24)]
    [InlineData("""{"instances": [1] "x"}""", "Unexpected '\"'", 18, 1, 19)]
    [InlineData("""{"instances": [1]} 7""", "Unexpected '7'", 19, 1, 20)]
    [InlineData("""{"instances": [1], "deep": [[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]}""", "nested too deep", 46, 1, 47)]
    public void A_syntax_error_names_what_is_wrong_and_where(string json, string problem, int offset, int line, int column)
    {
        var failure = Should.Throw<PredictJsonException>(() => Json.Read(json, Json.Input("x", DataType.DtFloat, -1)));

        failure.Field.ShouldBe("$");
        failure.Message.ShouldStartWith("JSON Parse error: ");
        failure.Message.ShouldContain(problem);
        failure.Message.ShouldEndWith($"at offset: {offset} (line {line}, column {column})");
    }
}
