using System.Formats.Tar;
using Google.Protobuf;
using MuLambda.Inference;
using MuLambda.Inference.Onnx.Proto;

namespace MuLambda.Registry.Tests.Models;

public sealed class OnnxModelTests : IAsyncLifetime
{
    private RegistryServer _registry = null!;

    public async Task InitializeAsync() => _registry = await RegistryServer.StartAsync();

    public async Task DisposeAsync() => await _registry.DisposeAsync();

    [Fact]
    public async Task An_onnx_model_is_registered_with_its_signature_and_comes_back_to_be_run()
    {
        var file = Doubling();
        var (model, created) = await _registry.Client.PutModelAsync(Sample.Upload("double"), Archives.Tar(("double.onnx", file)));

        created.ShouldBeTrue();
        model.Format.ShouldBe(ModelFormat.Onnx);
        model.Bytes.ShouldBe(file.Length);
        var signature = model.Signatures.ShouldHaveSingleItem();
        signature.Name.ShouldBe("serving_default");
        var input = signature.Inputs.ShouldHaveSingleItem();
        (input.Name, input.DType).ShouldBe(("x", "float32"));
        input.Shape.ShouldBe([-1, 2]);
        signature.Outputs.ShouldHaveSingleItem().Name.ShouldBe("y");

        var described = (await _registry.Client.GetModelAsync("double", null)).ShouldNotBeNull();
        using var tar = new MemoryStream();
        await _registry.Client.DownloadArtifactAsync(described, tar);
        tar.Position = 0;
        using var directory = new TestDirectory();
        TarFile.ExtractToDirectory(tar, directory.Path, overwriteFiles: false);

        using var loaded = ModelLoader.Load(directory.Path);
        loaded.Description.Format.ShouldBe("onnx");
        using var x = Tensor.From<float>([1, 2, 3, 4], [2, 2]);
        using var outputs = loaded.Run("", new Dictionary<string, Tensor> { ["x"] = x });
        outputs["y"].AsReadOnlySpan<float>().ToArray().ShouldBe([2f, 4f, 6f, 8f]);
    }

    [Fact]
    public async Task An_onnx_file_that_cannot_be_loaded_is_refused_and_not_registered()
    {
        var broken = Doubling();
        Array.Resize(ref broken, broken.Length / 2);

        var refused = await Should.ThrowAsync<RegistryException>(
            () => _registry.Client.PutModelAsync(Sample.Upload("double"), Archives.Tar(("double.onnx", broken))));

        refused.Message.ShouldContain("double.onnx");
        (await _registry.Client.ListModelsAsync()).ShouldBeEmpty();
    }

    /// <summary>y = x + x over <c>x: float32[-1,2]</c>.</summary>
    private static byte[] Doubling() => new ModelProto
    {
        IrVersion = 8,
        ProducerName = "tests",
        OpsetImport = { new OperatorSetIdProto { Version = 13 } },
        Graph = new GraphProto
        {
            Name = "double",
            Node = { new NodeProto { OpType = "Add", Name = "y", Input = { "x", "x" }, Output = { "y" } } },
            Input = { Pairs("x") },
            Output = { Pairs("y") },
        },
    }.ToByteArray();

    private static ValueInfoProto Pairs(string name) => new()
    {
        Name = name,
        Type = new TypeProto
        {
            TensorType = new TypeProto.Types.Tensor
            {
                ElemType = (int)TensorProto.Types.DataType.Float,
                Shape = new TensorShapeProto
                {
                    Dim =
                    {
                        new TensorShapeProto.Types.Dimension { DimParam = "batch" },
                        new TensorShapeProto.Types.Dimension { DimValue = 2 },
                    },
                },
            },
        },
    };
}
