using Google.Protobuf;
using MuLambda.Inference;
using MuLambda.Protocol.TensorFlow;

namespace MuLambda.VisionZoo.Tests.Comparison;

/// <summary>A model of the zoo with the inputs it is tried on.</summary>
internal sealed class ZooModel
{
    private readonly SignatureDef signature;

    public ZooModel(string name, string original, string savedModel)
    {
        Name = name;
        Original = original;
        SavedModelDirectory = savedModel;
        signature = SavedModel.Parser.ParseFrom(File.ReadAllBytes(Path.Combine(savedModel, "saved_model.pb")))
            .MetaGraphs[0].SignatureDef["serving_default"];
        var input = signature.Inputs.ShouldHaveSingleItem();
        InputName = input.Key;
        InputNode = NodeOf(input.Value);
        IsInt = input.Value.Dtype == DataType.DtInt32;
        DeclaredShape = [.. input.Value.TensorShape.Dim.Select(dim => dim.Size)];
        HasDynamicBatch = DeclaredShape[0] == -1;
    }

    public string Name { get; }

    /// <summary>The TensorFlow.js model.</summary>
    public string Original { get; }

    public string SavedModelDirectory { get; }

    public string InputName { get; }

    /// <summary>What TensorFlow.js calls the input.</summary>
    public string InputNode { get; }

    public bool IsInt { get; }

    public long[] DeclaredShape { get; }

    public bool HasDynamicBatch { get; }

    /// <summary>A random image and a real one.</summary>
    public IReadOnlyList<TrialRun> Trials { get; private set; } = [];

    /// <summary>The outputs by name, each with what TensorFlow.js calls it.</summary>
    public IEnumerable<(string Name, string Node)> Outputs => signature.Outputs.Select(output => (output.Key, NodeOf(output.Value)));

    public void MakeInputs(Random random)
    {
        long[] shape = [1, .. DeclaredShape[1..]];
        var range = Preprocessing.RangeOf(Name);
        Trials =
        [
            new TrialRun("random", shape, Preprocessing.Noise(random, shape, range, IsInt)),
            new TrialRun("real", shape, Preprocessing.Image(Preprocessing.PictureOf(Name), shape, range, IsInt)),
        ];
    }

    public LoadedModel Load() => ModelLoader.Load(SavedModelDirectory, new ModelOptions { IntraOpThreads = 2 });

    /// <summary>Our own outputs for inputs of any batch.</summary>
    public Dictionary<string, Values> Run(LoadedModel model, float[] values, long[] shape)
    {
        using var input = IsInt
            ? Tensor.From<int>([.. values.Select(value => (int)value)], shape)
            : Tensor.From<float>(values, shape);
        using var outputs = model.Run("", new Dictionary<string, Tensor> { [InputName] = input });
        return outputs.ToDictionary(output => output.Name, output => Values.Of(output.Tensor));
    }

    private static string NodeOf(TensorInfo tensor) => tensor.Name[..tensor.Name.LastIndexOf(':')];
}
