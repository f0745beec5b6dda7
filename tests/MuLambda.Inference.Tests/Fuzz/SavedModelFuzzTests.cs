using MuLambda.Inference.Tests.Graphs;
using Xunit.Abstractions;

namespace MuLambda.Inference.Tests.Fuzz;

/// <summary>A damaged <c>saved_model.pb</c> is refused or, where the damage does no harm, loads and runs; nothing else happens.</summary>
public sealed class SavedModelFuzzTests(ITestOutputHelper output)
{
    private static readonly string[] Words =
    [
        "Placeholder", "Const", "Identity", "NoOp", "AddV2", "Mul", "MatMul", "Conv2D", "DepthwiseConv2dNative", "MaxPool", "AvgPool", "Mean", "Reshape", "Squeeze",
        "Pad", "ConcatV2", "Softmax", "StatefulPartitionedCall", "PartitionedCall", "VarHandleOp", "ReadVariableOp", "RestoreV2", "StridedSlice", "Range", "Fill",
        "Tile", "Transpose", "Cast", "ResizeBilinear", "Split", "Pack", "Unpack", "x", "x:0", "x:1", "y", "^x", "sum", "conv", "shape", "serve", "serving_default",
        "__saved_model_init_op", "dtype", "value", "strides", "padding", "SAME", "VALID", "EXPLICIT", "NCHW", "data_format",
    ];

    private static readonly byte[][] Models =
    [
        Samples.Convolution().ToBytes(),
        Samples.HalfPlusTwo().ToBytes(),
        Samples.Perceptron(4, 3, 2).ToBytes(),
        Samples.Functions().ToBytes(),
        File.ReadAllBytes(Path.Combine(Repository.Root, "models/digits/digits-linear/1/saved_model.pb")),
    ];

    private static readonly ProtoMutator[] Mutators = [.. Models.Select(m => new ProtoMutator(m, Words))];

    [Fact]
    public void The_models_load_and_run_undamaged()
    {
        using var target = Target();
        Models.Select(target.Try).ShouldAllBe(refusal => refusal == null);
    }

    [Fact]
    public void Damaged_bytes_never_get_further_than_the_loader()
    {
        using var target = Target();
        new FuzzCampaign("saved model bytes", 400, output.WriteLine).Run(r => ByteMutator.Damage(Models[r.Next(Models.Length)], r), target.Try).ShouldBeGreaterThan(.3);
    }

    [Fact]
    public void Noise_never_gets_further_than_the_loader()
    {
        using var target = Target();
        new FuzzCampaign("saved model noise", 100, output.WriteLine).Run(r => ByteMutator.Noise(600, r), target.Try).ShouldBe(1);
    }

    [Fact]
    public void Damaged_messages_never_get_further_than_the_loader()
    {
        using var target = Target();
        new FuzzCampaign("saved model messages", 800, output.WriteLine).Run(r => Mutators[r.Next(Models.Length)].Damage(r), target.Try).ShouldBeGreaterThan(.2);
    }

    [Fact]
    public void A_name_that_the_runtime_would_cut_is_refused()
    {
        var builder = Samples.HalfPlusTwo().Signature("s", [("x\0y", "x", DType.Float32, [-1])], ("y", "sum", DType.Float32));
        using var target = Target();
        target.Try(builder.ToBytes()).ShouldNotBeNull().ShouldEndWith("signature s: input x?y has a zero in its name.");
    }

    private static ModelTarget Target()
    {
        var target = new ModelTarget("saved_model.pb");
        new BundleWriter().Add("w", Tensor.From<float>([2], [1])).Save(target.Folder);
        return target;
    }
}
