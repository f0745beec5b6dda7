using Google.Protobuf;
using MuLambda.Inference.Tests.Graphs;
using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Inference.Tests.Models;

/// <summary>
/// The half_plus_two models that TensorFlow 1 and 2 wrote: y = x/2 + 2, y2 = x/2 + 3 and y3 = x2/2 + 3, where x and x2 are features
/// of an example or come as they are.
/// </summary>
public sealed class TensorFlowServingModelTests
{
    private const string Version1 = "saved_model_half_plus_two_cpu";
    private const string Version2 = "saved_model_half_plus_two_tf2_cpu";

    [TestDataFact]
    public void Their_signatures_are_described_as_the_files_declare_them()
    {
        Describe(Version1).ShouldBe([
            "classify_x_to_y tensorflow/serving/classify inputs: string of unknown rank -> scores: float32[-1,1]",
            "regress_x2_to_y3 tensorflow/serving/regress inputs: float32[-1,1] -> outputs: float32[-1,1]",
            "regress_x_to_y tensorflow/serving/regress inputs: string of unknown rank -> outputs: float32[-1,1]",
            "regress_x_to_y2 tensorflow/serving/regress inputs: string of unknown rank -> outputs: float32[-1,1]",
            "serving_default tensorflow/serving/predict x: float32[-1,1] -> y: float32[-1,1]",
        ]);
        Describe(Version2).ShouldBe([
            "classify_x2_to_y3 tensorflow/serving/predict inputs: float32[1] -> scores: float32[1]",
            "classify_x_to_y tensorflow/serving/predict inputs: string[-1] -> scores: float32[-1,1]",
            "regress_x2_to_y3 tensorflow/serving/predict inputs: float32[1] -> outputs: float32[1]",
            "regress_x_to_y tensorflow/serving/predict inputs: string[-1] -> outputs: float32[-1,1]",
            "regress_x_to_y2 tensorflow/serving/predict inputs: string[-1] -> outputs: float32[-1,1]",
            "serving_default tensorflow/serving/predict x: float32[1] -> y: float32[1]",
        ]);
    }

    [TestDataFact]
    public void Predict_answers_half_of_x_plus_two()
    {
        using var one = ModelLoader.Load(Folder(Version1));
        using var x = Tensor.From<float>([1, 2, 5], [3, 1]);
        one.Run("", Named("x", x))["y"].ShouldHold([3, 1], 2.5f, 3, 4.5f);
        using var two = ModelLoader.Load(Folder(Version2));
        using var single = Tensor.From<float>([5], [1]);
        two.Run("", Named("x", single))["y"].ShouldHold([1], 4.5f);
    }

    [TestDataFact]
    public void Predict_takes_other_shapes_than_the_files_declare_as_tensorflow_does()
    {
        foreach (var name in new[] { Version1, Version2 })
        {
            using var model = ModelLoader.Load(Folder(name));
            model.Describe("").Inputs.ShouldHaveSingleItem().AnyShape.ShouldBeTrue();
            model.Describe("regress_x_to_y").Inputs.ShouldHaveSingleItem().AnyShape.ShouldBeFalse();
            using var vector = Tensor.From<float>([1, 2, 5], [3]);
            model.Run("", Named("x", vector))["y"].ShouldHold([3], 2.5f, 3, 4.5f);
            using var cube = Tensor.From<float>([1, 2], [1, 2, 1]);
            model.Run("", Named("x", cube))["y"].ShouldHold([1, 2, 1], 2.5f, 3);
        }
    }

    [TestDataFact]
    public void Examples_are_parsed_by_the_signatures_that_take_them()
    {
        foreach (var name in new[] { Version1, Version2 })
        {
            using var model = ModelLoader.Load(Folder(name));
            using var examples = Examples(1, 2, 5);
            model.Run("regress_x_to_y", Named("inputs", examples))["outputs"].ShouldHold([3, 1], 2.5f, 3, 4.5f);
            model.Run("classify_x_to_y", Named("inputs", examples))["scores"].ShouldHold([3, 1], 2.5f, 3, 4.5f);
            model.Run("regress_x_to_y2", Named("inputs", examples))["outputs"].ShouldHold([3, 1], 3.5f, 4, 5.5f);
        }
    }

    [TestDataFact]
    public void Signatures_that_begin_behind_the_parser_take_its_tensors()
    {
        using var one = ModelLoader.Load(Folder(Version1));
        using var column = Tensor.From<float>([1, 4], [2, 1]);
        one.Run("regress_x2_to_y3", Named("inputs", column))["outputs"].ShouldHold([2, 1], 3.5f, 5);
        using var two = ModelLoader.Load(Folder(Version2));
        using var single = Tensor.From<float>([4], [1]);
        two.Run("regress_x2_to_y3", Named("inputs", single))["outputs"].ShouldHold([1], 5f);
        two.Run("classify_x2_to_y3", Named("inputs", single))["scores"].ShouldHold([1], 5f);
    }

    [TestDataFact]
    public void The_models_size_is_that_of_graph_and_variables()
    {
        var folder = Path.Combine(Folder(Version2), "00000123");
        ModelLoader.Inspect(folder).Bytes.ShouldBe(
            new[] { "saved_model.pb", "variables/variables.index", "variables/variables.data-00000-of-00001" }.Sum(f => new FileInfo(Path.Combine(folder, f)).Length));
    }

    private static string[] Describe(string name) =>
        [.. ModelLoader.Inspect(Folder(name)).Signatures.Select(s => $"{s.Name} {s.MethodName} {string.Join(", ", s.Inputs)} -> {string.Join(", ", s.Outputs)}")];

    private static string Folder(string name) => Path.Combine(Repository.TestData!, name);

    private static Dictionary<string, Tensor> Named(string name, Tensor tensor) => new() { [name] = tensor };

    private static Tensor Examples(params float[] values) => Tensor.FromStrings(
        [.. values.Select(x => (ReadOnlyMemory<byte>)new Example
        {
            Features = new Features { Feature = { ["x"] = new Feature { FloatList = new FloatList { Value = { x } } } } },
        }.ToByteArray())],
        [values.Length]);
}
