using Google.Protobuf;
using MuLambda.Inference.Tests.Graphs;
using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Inference.Tests.Models;

public sealed class ModelFormatTests
{
    [Fact]
    public void An_operator_outside_the_set_is_named_with_its_node_and_signature()
    {
        var builder = new SavedModelBuilder();
        builder.Placeholder("x", DType.Float32, -1);
        builder.Node("Frobnicate", "twist", ["x"]);
        builder.Node("AddV2", "sum", ["x", "twist"]);
        builder.Signature("predict", [("x", "x", DType.Float32, [-1])], ("y", "sum", DType.Float32));
        using var folder = builder.Save();
        Refused(folder).ShouldBe($"{folder.Path}/saved_model.pb, signature predict: operator Frobnicate (node twist) is not supported.");
    }

    [Fact]
    public void What_is_missing_is_named()
    {
        using var folder = new ModelFolder();
        Refused(folder).ShouldBe($"{folder.Path} holds neither saved_model.pb nor an .onnx file.");
        folder.Write("1/readme.txt", []);
        Refused(folder).ShouldBe($"{folder.Path}/1 holds neither saved_model.pb nor an .onnx file.");
        folder.Write("2/readme.txt", []);
        Refused(folder).ShouldBe($"{folder.Path} holds more than one version; name the directory of one.");
        Should.Throw<ModelFormatException>(() => ModelLoader.Inspect(folder.Path + "/none")).Message.ShouldBe($"{folder.Path}/none does not exist.");
        Should.Throw<ModelFormatException>(() => ModelLoader.Inspect(folder.Path + "/1/readme.txt")).Message.ShouldContain("is neither a saved_model.pb nor an .onnx file");
    }

    [Fact]
    public void The_only_version_of_a_model_is_found()
    {
        using var folder = new ModelFolder();
        folder.Write("17/saved_model.pb", Samples.HalfPlusTwo().ToBytes());
        ModelLoader.Inspect(folder.Path).Signatures.ShouldHaveSingleItem().Name.ShouldBe("serving_default");
    }

    [Fact]
    public void Limits_hold_before_anything_is_read()
    {
        using var folder = Samples.HalfPlusTwo().Save();
        Refused(folder, new ModelLimits { MaxFileBytes = 100 }).ShouldEndWith("the limit is 100.");
        Refused(folder, new ModelLimits { MaxNodes = 3 }).ShouldEndWith("has 7 nodes; the limit is 3.");
        Refused(folder, new ModelLimits { MaxSignatures = 0 }).ShouldEndWith("has 1 signatures; the limit is 0.");
        Refused(folder, new ModelLimits { MaxDepth = 2 }).ShouldContain("is malformed");
    }

    [Fact]
    public void Constants_that_stand_for_more_than_the_file_limit_are_refused()
    {
        var builder = Samples.HalfPlusTwo();
        var bomb = new TensorProto { Dtype = DataType.DtFloat, FloatVal = { 1 }, TensorShape = new TensorShapeProto { Dim = { new TensorShapeProto.Types.Dim { Size = 1 << 28 } } } };
        builder.Const("bomb", bomb);
        builder.Signature("bomb", [], ("y", "bomb", DType.Float32));
        using var folder = builder.Save();
        Refused(folder, new ModelLimits { MaxFileBytes = 1 << 20 }).ShouldContain("signature bomb: operator Const (node bomb): Tensor bomb is float32[268435456]; the limit is");
    }

    [Fact]
    public void A_file_without_a_graph_to_serve_is_refused()
    {
        Refused([]).ShouldEndWith("is not a SavedModel: it has no graphs.");
        Refused(new SavedModel { MetaGraphs = { new MetaGraphDef { MetaInfoDef = new() { Tags = { "train" } } } } }.ToByteArray()).ShouldEndWith("has no graph with the tag serve; its tags are train.");
        Refused(new SavedModelBuilder().ToBytes()).ShouldEndWith("has no signatures.");
    }

    [Fact]
    public void A_signature_that_does_not_fit_the_graph_is_refused_by_name()
    {
        RefusedSignature([("x", "nowhere", DType.Float32, [])], ("y", "x", DType.Float32)).ShouldEndWith("signature s: input x names the node nowhere, which the graph does not have.");
        RefusedSignature([], ("y", "nowhere", DType.Float32)).ShouldEndWith("signature s: the graph has no node nowhere, which another node or an output needs.");
        RefusedSignature([], ("y", "sum", DType.Float32)).ShouldEndWith("signature s: operator Placeholder (node x) is needed but is no input of the signature.");
        RefusedSignature([("x", "x", DType.Float32, [-1])], ("y", "sum:3", DType.Float32)).ShouldEndWith("signature s: operator AddV2 (node sum) has 1 outputs; sum:3 is needed.");
        RefusedSignature([("x", "x", DType.Int32, [-1])], ("y", "sum", DType.Float32)).ShouldContain("signature s: input x is int32, but node x is declared");
        RefusedSignature([("x", "x", DType.Float32, [-1])], ("y", "sum", DType.Int64)).ShouldEndWith("signature s: output y is declared int64, but node sum gives float32.");
        RefusedSignature([("a", "x", DType.Float32, [-1]), ("b", "x", DType.Float32, [-1])], ("y", "sum", DType.Float32)).ShouldEndWith("signature s: two inputs name the tensor x:0.");
        RefusedSignature([("x", "x", DType.Float32, [-1])]).ShouldEndWith("signature s: it has no outputs.");
    }

    [Fact]
    public void A_loop_is_refused_by_name()
    {
        var builder = new SavedModelBuilder();
        builder.Node("Relu", "a", ["b"]);
        builder.Node("Relu", "b", ["a"]);
        builder.Signature("s", [], ("y", "a", DType.Float32));
        using var folder = builder.Save();
        Refused(folder).ShouldContain("(node b) depends on itself");
    }

    [Fact]
    public void Two_nodes_of_one_name_are_refused()
    {
        var builder = Samples.HalfPlusTwo();
        builder.Node("NoOp", "sum", []);
        using var folder = builder.Save();
        Refused(folder).ShouldEndWith("has two nodes sum.");
    }

    private static string RefusedSignature((string, string, DType, long[]?)[] inputs, params (string, string, DType)[] outputs)
    {
        using var folder = Samples.HalfPlusTwo().Signature("s", inputs, outputs).Save();
        return Refused(folder);
    }

    private static string Refused(byte[] savedModel)
    {
        using var folder = new ModelFolder();
        folder.Write("saved_model.pb", savedModel);
        return Refused(folder);
    }

    private static string Refused(ModelFolder folder, ModelLimits? limits = null) =>
        Should.Throw<ModelFormatException>(() => ModelLoader.Inspect(folder.Path, limits)).Message;
}
