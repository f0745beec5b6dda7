using Google.Protobuf;
using MuLambda.Inference.SavedModels.Bundles;
using MuLambda.Inference.Tests.Graphs;
using MuLambda.Protocol.TensorFlow;
using static MuLambda.Inference.Tests.Graphs.SavedModelBuilder;

namespace MuLambda.Inference.Tests.Models;

public sealed class VariableTests
{
    [Fact]
    public void Variables_passed_into_functions_have_the_values_the_restore_function_names()
    {
        var builder = Start();
        builder.Variable("dense/kernel", DType.Float32, 2);
        builder.Variable("unused", DType.Float32);
        builder.Function("scale", ["v", "handle"], [("r", "mul:z:0")], f =>
        {
            f.Node("Identity", "same", ["handle"]);
            f.Node("ReadVariableOp", "read", ["same:output:0"]);
            f.Node("Mul", "mul", ["v", "read:value:0"]);
        });
        builder.Function("restore", ["prefix", "first", "second"], [("done", "prefix")], f =>
        {
            f.Strings("names", "unused/.ATTRIBUTES/VARIABLE_VALUE", "layer-1/kernel/.ATTRIBUTES/VARIABLE_VALUE");
            f.Strings("slices", "", "");
            f.Node("RestoreV2", "restored", ["prefix", "names:output:0", "slices:output:0"]);
            f.Node("Identity", "value", ["restored:tensors:1"]);
            f.Node("AssignVariableOp", "assign", ["second", "value:output:0"]);
        });
        builder.Node("Placeholder", "prefix", []);
        builder.Call("scale", "y", ["x", "dense/kernel"]);
        builder.Call("restore", "restore_call", ["prefix", "unused", "dense/kernel"]);
        Run(builder, new BundleWriter(2).Add("layer-1/kernel/.ATTRIBUTES/VARIABLE_VALUE", Tensor.From<float>([3, 5], [2]))).ShouldBe([3, 10]);
    }

    [Fact]
    public void A_partitioned_variable_takes_each_slice_of_its_tensor()
    {
        var builder = Start();
        foreach (var part in new[] { "w/part_0", "w/part_1" })
        {
            builder.Node("VariableV2", part, [], Attr("dtype", DType.Float32));
            builder.Node("Identity", part + "/read", [part]);
        }

        builder.Node("ConcatV2", "w", ["w/part_0/read", "w/part_1/read", builder.Int("axis", 0)]);
        builder.Node("Mul", "y", ["x", "w"]);
        builder.Strings("save/names", "w", "w");
        builder.Strings("save/slices", "2 0,1", "2 1,1");
        builder.Strings("save/Const", "model");
        builder.Node("RestoreV2", "save/RestoreV2", ["save/Const", "save/names", "save/slices"]);
        builder.Node("Assign", "save/Assign", ["w/part_0", "save/RestoreV2"]);
        builder.Node("Assign", "save/Assign_1", ["w/part_1", "save/RestoreV2:1"]);
        var first = new TensorSlice([(0, 1)]);
        var second = new TensorSlice([(1, 1)]);
        Run(builder, new BundleWriter().AddSlices("w", DType.Float32, [2], (first, Tensor.From<float>([7], [1])), (second, Tensor.From<float>([9], [1])))).ShouldBe([7, 18]);
        Run(builder, new BundleWriter().Add("w", Tensor.From<float>([7, 9], [2]))).ShouldBe([7, 18]);
    }

    [Theory]
    [InlineData("w")]
    [InlineData("w/.ATTRIBUTES/VARIABLE_VALUE")]
    public void Without_a_restore_subgraph_a_variable_is_found_by_its_own_name(string key) =>
        Run(Scaled(), new BundleWriter { Compressed = true }.Add(key, Tensor.From<float>([3, 5], [2]))).ShouldBe([3, 10]);

    [Fact]
    public void An_embedding_is_looked_up_in_its_variable()
    {
        var builder = new SavedModelBuilder();
        builder.Placeholder("x", DType.Int32, -1);
        builder.Variable("table", DType.Float32, 3, 2);
        builder.Node("ResourceGather", "y", ["table", "x"], Attr("dtype", DType.Float32));
        builder.Signature("serving_default", [("x", "x", DType.Int32, [-1])], ("y", "y", DType.Float32));
        using var folder = new BundleWriter().Add("table", Tensor.From<float>([1, 2, 3, 4, 5, 6], [3, 2])).Save(builder.Save());
        using var model = ModelLoader.Load(folder.Path);
        using var x = Tensor.From<int>([2, 0], [2]);
        model.Run("", new Dictionary<string, Tensor> { ["x"] = x })["y"].ShouldHold([2, 2], 5f, 6, 1, 2);
    }

    [Fact]
    public void Variables_of_every_type_are_read()
    {
        foreach (var type in DTypes.All.Where(t => t != DType.String))
        {
            var builder = new SavedModelBuilder();
            builder.Variable("w", type, 4);
            builder.Node("ReadVariableOp", "y", ["w"]);
            builder.Signature("serving_default", [], ("y", "y", type));
            var value = Tensor.Create(type, [4]);
            value.AsBytes().Clear();
            value.AsBytes()[0] = 1;
            using var folder = new BundleWriter().Add("w", value).Save(builder.Save());
            using var model = ModelLoader.Load(folder.Path);
            using var outputs = model.Run("", new Dictionary<string, Tensor>());
            outputs["y"].ToString().ShouldBe($"{type.Name()}[4]");
            outputs["y"].Bytes[0].ShouldBe((byte)1);
        }
    }

    [Fact]
    public void A_model_in_text_form_with_variables_in_a_version_directory_is_loaded()
    {
        using var folder = new ModelFolder();
        folder.Write("3/saved_model.pbtxt", System.Text.Encoding.UTF8.GetBytes(
            """
            # What TensorFlow writes besides is passed over.
            saved_model_schema_version: 1
            meta_graphs {
              meta_info_def { tags: "serve" tensorflow_git_version: "v1" any_info { [type.googleapis.com/x] { } } }
              graph_def {
                node { name: "x" op: "Placeholder" attr { key: "dtype" value { type: DT_FLOAT } } }
                node { name: "w" op: "VariableV2" attr { key: "dtype" value { type: DT_FLOAT } } }
                node { name: "y" op: "Mul" input: "x" input: "w" }
              }
              collection_def { key: "variables" value { bytes_list { value: "\n\003w:0" } } }
              signature_def {
                key: "serving_default"
                value {
                  inputs { key: "x" value { name: "x:0" dtype: DT_FLOAT tensor_shape { dim { size: -1 } } } }
                  outputs { key: "y" value { name: "y:0" dtype: DT_FLOAT tensor_shape { dim { size: -1 } } } }
                  method_name: "tensorflow/serving/predict"
                }
              }
            }
            """));
        foreach (var (name, bytes) in new BundleWriter().Add("w", Tensor.From<float>([4], [])).Files())
        {
            folder.Write("3/variables/" + name, bytes);
        }

        using var model = ModelLoader.Load(folder.Path);
        using var x = Tensor.From<float>([2, 3], [2]);
        model.Run("", new Dictionary<string, Tensor> { ["x"] = x })["y"].ShouldHold([2], 8f, 12);
        folder.Write("3/saved_model.pbtxt", "meta_graphs {\n  graph_def { node { op: 3 } } }"u8.ToArray());
        Should.Throw<ModelFormatException>(() => ModelLoader.Load(folder.Path)).Message.ShouldEndWith("saved_model.pbtxt is malformed: line 2, column 26: field op takes a quoted string, given '3'.");
    }

    [Fact]
    public void Of_several_graphs_the_one_to_serve_is_taken()
    {
        var training = Scaled();
        training.Meta.MetaInfoDef = new MetaGraphDef.Types.MetaInfoDef { Tags = { "train" } };
        training.Meta.GraphDef = new GraphDef();
        var accelerated = new MetaGraphDef { MetaInfoDef = new() { Tags = { "serve", "tpu" } }, GraphDef = new GraphDef() };
        var serving = Samples.HalfPlusTwo();
        serving.Meta.GraphDef = serving.Graph;
        using var folder = new ModelFolder();
        folder.Write("saved_model.pb", new SavedModel { MetaGraphs = { training.Meta, accelerated, serving.Meta } }.ToByteArray());
        ModelLoader.Inspect(folder.Path).Signatures.ShouldHaveSingleItem().Outputs.Select(o => o.Name).ShouldBe(["y", "z"]);
    }

    [Fact]
    public void A_variable_without_a_value_that_fits_is_named()
    {
        Refused(Scaled(), null).ShouldContain("signature serving_default: operator VarHandleOp (node w) is a variable, but the model has no ");
        Refused(Scaled(), new BundleWriter().Add("v", Tensor.From<float>([1], [1]))).ShouldContain("operator VarHandleOp (node w) is a variable whose value ");
        Refused(Scaled(), new BundleWriter().Add("w", Tensor.From<float>([1], [1]))).ShouldEndWith("operator VarHandleOp (node w) is declared [2], but the checkpoint holds [1].");
        Refused(Scaled(), new BundleWriter().Add("w", Tensor.From<int>([1, 2], [2]))).ShouldEndWith("operator VarHandleOp (node w) is declared DtFloat, but the checkpoint holds DtInt32.");
        var builder = Start();
        builder.Node("Placeholder", "handle", [], ("dtype", new AttrValue { Type = DataType.DtResource }));
        builder.Node("ReadVariableOp", "read", ["handle"]);
        builder.Node("Mul", "y", ["x", "read"]);
        Refused(builder, new BundleWriter()).ShouldEndWith("operator ReadVariableOp (node read) reads operator Placeholder (node handle), which is no variable of the model.");
    }

    [Fact]
    public void Loading_takes_the_weights_twice_in_managed_memory_as_read_and_as_given_to_the_runtime()
    {
        const int Elements = 4 << 20;
        var builder = Start();
        builder.Variable("w", DType.Float32, Elements);
        builder.Node("ReadVariableOp", "read", ["w"]);
        builder.Node("Mul", "y", ["x", "read"]);
        using var folder = new BundleWriter().Add("w", Tensor.From<float>(new float[Elements], [Elements])).Save(Finish(builder).Save());
        ModelLoader.Load(folder.Path).Dispose();
        var before = GC.GetAllocatedBytesForCurrentThread();
        using var model = ModelLoader.Load(folder.Path);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan((long)(2.2 * Elements * sizeof(float)));
    }

    [Fact]
    public void A_graph_is_translated_for_others_to_run()
    {
        using var folder = new BundleWriter().Add("w", Tensor.From<float>([3, 5], [2])).Save(Finish(Scaled()).Save());
        using var onnx = new ModelFolder();
        using var model = ModelLoader.Load(onnx.Write("w.onnx", ModelLoader.Translate(folder.Path)));
        using var x = Tensor.From<float>([1, 2], [2]);
        model.Run("", new Dictionary<string, Tensor> { ["input:x"] = x })["output:y"].ShouldHold([2], 3f, 10);
        ModelLoader.Translate(onnx.Path).ShouldBe(File.ReadAllBytes(Path.Combine(onnx.Path, "w.onnx")));
        Should.Throw<ModelFormatException>(() => ModelLoader.Translate(folder.Path, "other")).Message.ShouldEndWith("saved_model.pb has no signature other; it has serving_default.");
    }

    private static SavedModelBuilder Start() => new SavedModelBuilder().With(b => b.Placeholder("x", DType.Float32, -1));

    private static SavedModelBuilder Scaled()
    {
        var builder = Start();
        builder.Variable("w", DType.Float32, 2);
        builder.Node("ReadVariableOp", "read", ["w"]);
        builder.Node("Mul", "y", ["x", "read"]);
        return builder;
    }

    private static SavedModelBuilder Finish(SavedModelBuilder builder)
    {
        builder.Meta.SignatureDef.Clear();
        return builder.Signature("serving_default", [("x", "x", DType.Float32, [-1])], ("y", "y", DType.Float32));
    }

    private static float[] Run(SavedModelBuilder builder, BundleWriter variables)
    {
        using var folder = variables.Save(Finish(builder).Save());
        using var model = ModelLoader.Load(folder.Path);
        using var x = Tensor.From<float>([1, 2], [2]);
        using var outputs = model.Run("", new Dictionary<string, Tensor> { ["x"] = x });
        return outputs["y"].AsReadOnlySpan<float>().ToArray();
    }

    private static string Refused(SavedModelBuilder builder, BundleWriter? variables)
    {
        using var folder = Finish(builder).Save();
        variables?.Save(folder);
        return Should.Throw<ModelFormatException>(() => ModelLoader.Inspect(folder.Path)).Message;
    }
}
