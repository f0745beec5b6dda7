using System.Text.Json.Nodes;
using MuLambda.Protocol.TensorFlow;
using MuLambda.TensorFlowJs.Tests.Models;

namespace MuLambda.TensorFlowJs.Tests;

public sealed class SignatureTests : IDisposable
{
    private readonly JsModel model = new();

    public void Dispose() => model.Dispose();

    [Theory]
    [InlineData("""{"signature": SIGNATURE}""")]
    [InlineData("""{"userDefinedMetadata": {"signature": SIGNATURE}}""")]
    public void The_declared_signature_is_taken_and_its_names_lose_their_output_number(string where)
    {
        Declare(where.Replace(
            "SIGNATURE",
            """
            {"inputs": {"x:0": {"name": "x:0", "dtype": "DT_FLOAT", "tensorShape": {"dim": [{"size": "5"}, {"size": "2"}]}}},
             "outputs": {"sum:0": {"name": "y:0", "dtype": "DT_FLOAT", "tensorShape": {"dim": [{"size": "5"}, {"size": "2"}]}}}}
            """,
            StringComparison.Ordinal));

        var signature = model.ReadSignature();

        signature.MethodName.ShouldBe("tensorflow/serving/predict");
        var input = signature.Inputs.ShouldHaveSingleItem();
        input.Key.ShouldBe("x");
        input.Value.Name.ShouldBe("x:0");
        input.Value.TensorShape.Dim.Select(dim => dim.Size).ShouldBe([5, 2]);
        var output = signature.Outputs.ShouldHaveSingleItem();
        output.Key.ShouldBe("sum");
        output.Value.Name.ShouldBe("y:0");
    }

    [Fact]
    public void Without_a_signature_placeholders_go_in_and_what_nobody_reads_comes_out()
    {
        model.Nodes.Add(JsonNode.Parse("""{"name": "z", "op": "Less", "input": ["x:0", "^w"], "attr": {"T": {"type": "DT_FLOAT"}}}"""));

        var signature = model.ReadSignature();

        var input = signature.Inputs.ShouldHaveSingleItem();
        input.Key.ShouldBe("x");
        input.Value.Dtype.ShouldBe(DataType.DtFloat);
        input.Value.TensorShape.Dim.Select(dim => dim.Size).ShouldBe([-1, 2]);
        signature.Outputs.Keys.Order().ShouldBe(["y", "z"]);
        signature.Outputs["y"].TensorShape.UnknownRank.ShouldBeTrue();
        signature.Outputs["z"].Dtype.ShouldBe(DataType.DtBool);
    }

    [Fact]
    public void A_partial_signature_is_completed_from_the_graph()
    {
        Declare("""{"signature": {"outputs": {"embeddings": {"name": "y"}}}}""");

        var signature = model.ReadSignature();

        signature.Inputs.Keys.ShouldBe(["x"]);
        signature.Outputs.Keys.ShouldBe(["embeddings"]);
        signature.Outputs["embeddings"].Name.ShouldBe("y:0");
        signature.Outputs["embeddings"].Dtype.ShouldBe(DataType.DtFloat);
    }

    [Fact]
    public void Names_stay_unique()
    {
        Declare("""{"signature": {"outputs": {"y:0": {"name": "y:0"}, "y": {"name": "x:0"}, "y:1": {"name": "y"}, "w:0": {"name": "w"}}}}""");

        model.ReadSignature().Outputs.Keys.Order(StringComparer.Ordinal).ShouldBe(["w", "y", "y:0", "y:1"]);
    }

    [Fact]
    public void An_output_for_one_example_of_inputs_of_any_batch_has_any_batch()
    {
        Declare("""{"signature": {"outputs": {"y": {"name": "y:0", "dtype": "DT_FLOAT", "tensorShape": {"dim": [{"size": "1"}, {"size": "2"}]}}}}}""");

        model.ReadSignature().Outputs["y"].TensorShape.Dim.Select(dim => dim.Size).ShouldBe([-1, 2]);

        model.Node("x")["attr"]!["shape"]!["shape"]!["dim"]![0]!["size"] = "1";
        model.ReadSignature().Outputs["y"].TensorShape.Dim.Select(dim => dim.Size).ShouldBe([1, 2]);
    }

    [Theory]
    [InlineData("""{"signature": {"outputs": {"a": {"name": "nowhere:0"}}}}""", "signature.outputs.a: names the tensor nowhere:0")]
    [InlineData("""{"signature": {"inputs": {"x": {"name": "x:0", "dtype": "DT_INT32"}}}}""", "signature.inputs.x: says that x:0 is int32; its placeholder is float32")]
    [InlineData("""{"userDefinedMetadata": {"signature": {"inputs": [1]}}}""", "userDefinedMetadata.signature.inputs: has to be an object")]
    [InlineData("""{"signature": {"outputs": {"y": {"name": "y", "dtype": "DT_FANCY"}}}}""", "signature.outputs.y: ")]
    [InlineData("""{"signature": {"outputs": {"y": "y"}}}""", "signature.outputs.y: has to be an object")]
    public void A_wrong_signature_is_refused_by_its_member(string declared, string complaint)
    {
        Declare(declared);

        model.Refusal().ShouldContain(complaint);
    }

    [Fact]
    public void An_output_of_unknown_type_is_refused()
    {
        model.Node("y")["op"] = "Mystery";
        model.Node("y")["attr"] = new JsonObject();

        model.Refusal().ShouldContain("has no dtype for y:0, and its operator Mystery does not tell one");
    }

    private void Declare(string members)
    {
        foreach (var (name, value) in JsonNode.Parse(members)!.AsObject().ToList())
        {
            model.Json[name] = value!.DeepClone();
        }
    }
}
