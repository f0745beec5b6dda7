using Google.Protobuf;
using MuLambda.Inference.Onnx.Proto;
using MuLambda.Inference.SavedModels;
using MuLambda.Inference.Tests.Graphs;

namespace MuLambda.Inference.Tests.Models;

public sealed class OnnxModelTests
{
    private const int Complex64 = 14;

    [Theory]
    [InlineData("model.onnx")]
    [InlineData("1/Model.ONNX")]
    public void An_onnx_model_is_called_by_the_default_signature(string name)
    {
        using var folder = new ModelFolder();
        var file = folder.Write(name, Doubling().ToByteArray());
        foreach (var path in new[] { folder.Path, file })
        {
            using var model = ModelLoader.Load(path);
            model.Description.Format.ShouldBe("onnx");
            var signature = model.Description.Signatures.ShouldHaveSingleItem();
            signature.Name.ShouldBe("serving_default");
            signature.Inputs.ShouldHaveSingleItem().ToString().ShouldBe("x: float32[-1,2]");
            signature.Outputs.ShouldHaveSingleItem().Name.ShouldBe("y");
            using var x = Tensor.From<float>([1, 2, 3, 4], [2, 2]);
            model.Run("", new Dictionary<string, Tensor> { ["x"] = x })["y"].ShouldHold([2, 2], 2f, 4, 6, 8);
        }
    }

    [Fact]
    public void Data_in_another_file_is_refused_wherever_it_hides()
    {
        var outside = new TensorProto { Name = "w", DataType = 1, DataLocation = 1 };
        outside.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = "/etc/passwd" });

        var initializer = Doubling();
        initializer.Graph.Initializer.Add(outside);
        Refused(initializer).ShouldContain("tensor w keeps its data in another file");

        var attribute = Doubling();
        attribute.Graph.Node[0].Attribute.Add(new AttributeProto { Name = "value", T = outside });
        Refused(attribute).ShouldContain("tensor w keeps its data in another file");

        var nested = Doubling();
        nested.Graph.Node[0].Attribute.Add(new AttributeProto { Name = "body", G = new GraphProto { Initializer = { outside } } });
        Refused(nested).ShouldContain("tensor w keeps its data in another file");

        var function = Doubling();
        function.Functions.Add(new FunctionProto { Node = { attribute.Graph.Node[0] } });
        Refused(function).ShouldContain("tensor w keeps its data in another file");

        var sparse = Doubling();
        sparse.Graph.SparseInitializer.Add(new SparseTensorProto { Values = outside });
        Refused(sparse).ShouldContain("tensor w keeps its data in another file");
    }

    [Fact]
    public void An_operator_the_runtime_does_not_know_is_named()
    {
        var model = Doubling();
        model.Graph.Node[0].OpType = "Frobnicate";
        Refused(model).ShouldContain("Frobnicate");
    }

    [Fact]
    public void An_input_that_tensors_cannot_be_is_named()
    {
        var model = Doubling();
        model.Graph.Input[0].Type.TensorType.ElemType = Complex64;
        Refused(model).ShouldContain("x");
    }

    [Fact]
    public void More_nodes_than_the_limit_are_refused()
    {
        using var folder = new ModelFolder();
        var file = folder.Write("m.onnx", Doubling().ToByteArray());
        Should.Throw<ModelFormatException>(() => ModelLoader.Inspect(file, new ModelLimits { MaxNodes = 0 })).Message.ShouldBe($"{file} has more than 0 nodes.");
    }

    [Fact]
    public void Two_models_in_one_directory_are_refused()
    {
        using var folder = new ModelFolder();
        folder.Write("a.onnx", Doubling().ToByteArray());
        folder.Write("b.onnx", Doubling().ToByteArray());
        Should.Throw<ModelFormatException>(() => ModelLoader.Inspect(folder.Path)).Message.ShouldBe($"{folder.Path} holds more than one .onnx file.");
    }

    internal static ModelProto Doubling()
    {
        var graph = new OnnxGraphBuilder();
        var x = graph.AddInput("x", DType.Float32, [-1, 2]);
        graph.AddOutput("y", graph.Add("Add", "sum", [x, x], DType.Float32));
        return graph.Build();
    }

    private static string Refused(ModelProto model)
    {
        using var folder = new ModelFolder();
        return Should.Throw<ModelFormatException>(() => ModelLoader.Inspect(folder.Write("m.onnx", model.ToByteArray()))).Message;
    }
}
