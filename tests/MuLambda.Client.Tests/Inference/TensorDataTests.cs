using System.Text;
using System.Text.Json;

namespace MuLambda.Client.Tests.Inference;

public sealed class TensorDataTests
{
    [Fact]
    public void An_array_of_any_rank_is_a_tensor_of_its_shape()
    {
        var tensor = TensorData.FromArray(new long[,,] { { { 1, 2, 3 } }, { { 4, 5, 6 } } });

        tensor.Shape.ShouldBe([2, 1, 3]);
        tensor.ToInt64s().ShouldBe([1, 2, 3, 4, 5, 6]);
    }

    [Fact]
    public void Floats_survive_the_wire_bit_by_bit()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var values = Enumerable.Range(0, 1000)
            .Select(_ => BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue)))
            .Where(float.IsFinite).ToArray();

        var request = InferRequest.FromInstances(TensorData.Create(values, values.Length));

        using var body = JsonDocument.Parse(request.Body);
        var read = TensorData.FromJson(body.RootElement.GetProperty("instances")).ToFloats();
        read.Select(BitConverter.SingleToInt32Bits).ShouldBe(values.Select(BitConverter.SingleToInt32Bits), $"seed {seed}");
    }

    [Fact]
    public void Several_inputs_are_sent_in_columns()
    {
        var request = InferRequest.FromInputs(
            new Dictionary<string, TensorData>
            {
                ["id"] = TensorData.Create(new[] { 1, 2 }, 2),
                ["text"] = TensorData.Create(new[] { "a", "ü" }, 2, 1),
                ["ok"] = TensorData.Create(new[] { true, false }, 2),
            },
            "score");

        request.Items.ShouldBe(2);
        using var body = JsonDocument.Parse(request.Body);
        JsonElement.DeepEquals(body.RootElement, JsonSerializer.Deserialize<JsonElement>(
            """{"signature_name": "score", "inputs": {"id": [1, 2], "text": [["a"], ["ü"]], "ok": [true, false]}}""")).ShouldBeTrue();
    }

    [Fact]
    public void What_cannot_be_sent_is_refused_when_the_tensor_is_made()
    {
        Should.Throw<ArgumentException>(() => TensorData.Create(new[] { float.NaN }, 1));
        Should.Throw<ArgumentException>(() => TensorData.Create(new[] { double.PositiveInfinity }, 1));
        Should.Throw<ArgumentException>(() => TensorData.Create(new[] { 1m }, 1)).Message.ShouldContain("Decimal");
        Should.Throw<ArgumentException>(() => TensorData.Create(new[] { 1f, 2f }, 3)).Message.ShouldContain("[3] holds 3");
        Should.Throw<ArgumentException>(() => TensorData.Create(new[] { 1f }, -1));
        Should.Throw<ArgumentException>(() => InferRequest.FromInstances(TensorData.Create(new[] { 1f })));
        Should.Throw<ArgumentException>(() => InferRequest.FromInputs(new Dictionary<string, TensorData>()));
        Should.Throw<ArgumentException>(() => InferRequest.FromInputs(new Dictionary<string, TensorData>
        {
            ["a"] = TensorData.Create(new[] { 1f }, 1), ["b"] = TensorData.Create(new[] { 1f, 2f }, 2),
        }));
        Should.Throw<ArgumentException>(() => TensorData.Stack([TensorData.Create(new[] { 1f }, 1), TensorData.Create(new[] { 1 }, 1)]));
    }

    [Fact]
    public void An_item_of_a_batch_is_what_was_stacked()
    {
        var (first, second) = (TensorData.Create(new[] { 1f, 2f }, 2, 1), TensorData.Create(new[] { 3f, 4f }, 2, 1));

        var batch = TensorData.Stack([first, second]);

        batch.Shape.ShouldBe([2, 2, 1]);
        batch.Item(1).Shape.ShouldBe([2, 1]);
        batch.Item(1).ToFloats().ShouldBe([3f, 4f]);
        Should.Throw<ArgumentOutOfRangeException>(() => batch.Item(2));
    }

    [Theory]
    [InlineData("""{"instances": [1, 2, 3]}""", 3)]
    [InlineData("""{"inputs": {"x": [[1], [2]]}}""", 2)]
    [InlineData("""{"inputs": [[1], [2]]}""", 2)]
    [InlineData("""{"inputs": 4}""", 1)]
    public void A_predict_body_is_taken_as_it_is_and_its_examples_counted(string body, int items) =>
        InferRequest.FromJson(Encoding.UTF8.GetBytes(body)).Items.ShouldBe(items);

    [Theory]
    [InlineData("[]", "object")]
    [InlineData("{}", "instances")]
    [InlineData("""{"instances": [1], "inputs": [1]}""", "either")]
    [InlineData("""{"instances": []}""", "at least one")]
    [InlineData("""{"instances": [1}""", "not JSON")]
    public void A_body_that_is_no_predict_body_is_refused_with_the_reason(string body, string reason) =>
        Should.Throw<FormatException>(() => InferRequest.FromJson(Encoding.UTF8.GetBytes(body))).Message.ShouldContain(reason);

    [Fact]
    public void Outputs_by_row_and_by_column_read_the_same()
    {
        var byRow = Parse("""{"predictions": [{"label": 3, "scores": [1, 0.5]}, {"label": 4, "scores": [1, 2]}]}""");
        var byColumn = Parse("""{"outputs": {"label": [3, 4], "scores": [[1, 0.5], [1, 2]]}}""");

        foreach (var result in new[] { byRow, byColumn })
        {
            result.Outputs["label"].ToInt64s().ShouldBe([3, 4]);
            result.Outputs["scores"].Shape.ShouldBe([2, 2]);
            result.Outputs["scores"].ToDoubles().ShouldBe([1, 0.5, 1, 2]);
            Should.Throw<InvalidOperationException>(() => result.Output).Message.ShouldContain("label, scores");
            Classification.FromResult(result).Select(answer => answer.Label).ShouldBe([0, 1]);
        }
    }

    [Fact]
    public void Texts_may_be_wrapped_in_base64()
    {
        var result = Parse("""{"predictions": ["plain", {"b64": "w7w="}]}""");

        result.Output.ToStrings().ShouldBe(["plain", "ü"]);
        Should.Throw<InvalidCastException>(() => result.Output.ToFloats());
        Should.Throw<FormatException>(() => Classification.FromResult(result)).Message.ShouldContain("no class scores");
    }

    [Theory]
    [InlineData("""{"predictions": [[1, 2], [3]]}""")]
    [InlineData("""{"predictions": [[1], 2]}""")]
    [InlineData("""{"predictions": [1, "a"]}""")]
    [InlineData("""{"predictions": [{"a": 1}, {"b": 1}]}""")]
    [InlineData("""{"predictions": [{"a": [1]}, {"a": [1, 2]}]}""")]
    [InlineData("""{"predictions": 1}""")]
    public void Ragged_outputs_are_no_answer(string json) => Should.Throw<FormatException>(() => Parse(json));

    private static InferResult Parse(string json)
    {
        const string Decision =
            """
            {"requestId": "1", "policy": "p", "executor": "e", "node": "n", "model": {"name": "m", "version": 1},
             "endpoints": {"rest": "http://127.0.0.1:1"},
             "estimate": {"rttMs": 0, "waitMs": 0, "serviceMs": 0, "latencyMs": 0, "accuracy": 1},
             "utility": 1, "considered": 1, "observed": {"latencyMs": 1, "attempts": 1}, "addedLater": true}
            """;
        return InferResult.Parse(JsonSerializer.Deserialize<JsonElement>($"{json[..^1]}, \"decision\": {Decision}}}"), TimeSpan.Zero);
    }
}
