using System.Net;
using Google.Protobuf;
using MuLambda.Inference.Onnx.Proto;
using Kind = MuLambda.Inference.Onnx.Proto.AttributeProto.Types.AttributeType;
using Type = MuLambda.Inference.Onnx.Proto.TensorProto.Types.DataType;

namespace MuLambda.Registry.Tests.Models;

/// <summary>Models that are sound messages and do harm when they are loaded or run: the registry outlives each of them.</summary>
public sealed class HostileModelTests(HostileArchiveTests.Target target) : IClassFixture<HostileArchiveTests.Target>
{
    private readonly RegistryServer _registry = target.Registry;

    [Fact]
    public async Task A_model_that_crashes_the_runtime_is_refused()
    {
        // A cell of a recurrent network that is given too few dimensions, which ends the process rather than the run.
        var model = Model(
            null,
            [Ints("axis", 0), Floats("w", [1, 8, 4]), Floats("r", [1, 8, 2])],
            Node("Unsqueeze", "x axis", "steps"),
            Node("LSTM", "steps w r", " y", new AttributeProto { Name = "hidden_size", Type = Kind.Int, I = 2 }));

        (await RefusedAsync(model)).ShouldContain("The runtime crashed while it loaded or tried the model");
    }

    [Fact]
    public async Task A_model_that_asks_for_more_memory_than_any_of_its_size_needs_is_refused()
    {
        // 300 bytes that stand for 4 TB, asked for before the model is even run.
        var model = Model([-1, 2], [Ints("huge", 1_000_000, 1_000_000)], Node("ConstantOfShape", "huge", "zeros"), Node("ReduceSum", "zeros", "sum"), Node("Add", "x sum", "y"));

        var detail = await RefusedOrTakenAsync(model);

        // Where the run fails for want of memory that is the run's fault, not the model's; what counts is that the registry is alive.
        detail?.ShouldContain("m.onnx");
        (await _registry.Http.GetAsync(new Uri("/v1/models", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_model_that_doubles_its_weights_fifty_times_does_no_harm()
    {
        var nodes = Enumerable.Range(0, 50).Select(i => Node("Concat", $"t{i} t{i}", $"t{i + 1}", new AttributeProto { Name = "axis", Type = Kind.Int, I = 0 }));
        var model = Model([-1, 2], [Floats("t0", [1, 2])], [.. nodes, Node("ReduceSum", "t50", "sum"), Node("Add", "x sum", "y")]);

        (await RefusedOrTakenAsync(model))?.ShouldContain("m.onnx");

        (await _registry.Http.GetAsync(new Uri("/v1/models", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_model_that_never_comes_to_an_end_is_refused_naming_the_limit()
    {
        await using var impatient = await RegistryServer.StartAsync(null, "--inspection-timeout-seconds", "1");
        var body = new GraphProto { Name = "body", Node = { Node("Identity", "go", "on"), Node("Identity", "state", "next") } };
        body.Input.Add([Declare("i", Type.Int64), Declare("go", Type.Bool), Declare("state", Type.Float)]);
        body.Output.Add([Declare("on", Type.Bool), Declare("next", Type.Float)]);
        var yes = new TensorProto { Name = "yes", DataType = (int)Type.Bool, RawData = ByteString.CopyFrom(1) };
        var model = Model([], [yes], Node("Loop", " yes x", "y", new AttributeProto { Name = "body", Type = Kind.Graph, G = body }));

        var refused = await Should.ThrowAsync<RegistryException>(
            () => impatient.Client.PutModelAsync(Sample.Upload(), Archives.Tar(("m.onnx", model))));

        refused.Detail.ShouldNotBeNull().ShouldEndWith("Loading and trying it took longer than 1 s.");
    }

    [Fact]
    public async Task Functions_of_a_models_own_are_refused_by_name()
    {
        var model = ModelProto.Parser.ParseFrom(Model([-1, 2], [], Node("Add", "x x", "y")));
        model.Functions.Add(new FunctionProto { Name = "twice" });

        (await RefusedAsync(model.ToByteArray())).ShouldContain("m.onnx defines functions of its own (twice)");
    }

    private async Task<string> RefusedAsync(byte[] model)
    {
        var refused = await Should.ThrowAsync<RegistryException>(
            () => _registry.Client.PutModelAsync(Sample.Upload(), Archives.Tar(("m.onnx", model))));
        refused.Status.ShouldBe(HttpStatusCode.UnprocessableEntity, refused.Detail);
        refused.Detail.ShouldNotBeNull().ShouldNotContain(_registry.State);
        return refused.Detail;
    }

    private async Task<string?> RefusedOrTakenAsync(byte[] model)
    {
        try
        {
            await _registry.Client.PutModelAsync(Sample.Upload(Guid.NewGuid().ToString("N")), Archives.Tar(("m.onnx", model)));
            return null;
        }
        catch (RegistryException refused) when (refused.Status == HttpStatusCode.UnprocessableEntity)
        {
            return refused.Detail;
        }
    }

    private static byte[] Model(long[]? shape, TensorProto[] initializers, params NodeProto[] nodes)
    {
        var input = new TypeProto.Types.Tensor { ElemType = (int)Type.Float };
        if (shape is not null)
        {
            input.Shape = new TensorShapeProto();
            input.Shape.Dim.Add(shape.Select(s => s < 0 ? new TensorShapeProto.Types.Dimension() : new TensorShapeProto.Types.Dimension { DimValue = s }));
        }

        var graph = new GraphProto
        {
            Name = "hostile",
            Input = { new ValueInfoProto { Name = "x", Type = new TypeProto { TensorType = input } } },
            Output = { new ValueInfoProto { Name = "y", Type = new TypeProto { TensorType = new() { ElemType = (int)Type.Float } } } },
        };
        graph.Initializer.Add(initializers);
        graph.Node.Add(nodes);
        return new ModelProto { IrVersion = 8, OpsetImport = { new OperatorSetIdProto { Version = 18 } }, Graph = graph }.ToByteArray();
    }

    private static ValueInfoProto Declare(string name, Type type) =>
        new() { Name = name, Type = new TypeProto { TensorType = new() { ElemType = (int)type, Shape = new TensorShapeProto() } } };

    private static NodeProto Node(string op, string inputs, string outputs, params AttributeProto[] attributes)
    {
        var node = new NodeProto { OpType = op };
        node.Input.Add(inputs.Split(' '));
        node.Output.Add(outputs.Split(' '));
        node.Attribute.Add(attributes);
        return node;
    }

    private static TensorProto Ints(string name, params long[] values) => new()
    {
        Name = name,
        DataType = (int)Type.Int64,
        Dims = { values.Length },
        RawData = ByteString.CopyFrom([.. values.SelectMany(BitConverter.GetBytes)]),
    };

    private static TensorProto Floats(string name, long[] shape) => new()
    {
        Name = name,
        DataType = (int)Type.Float,
        Dims = { shape },
        RawData = ByteString.CopyFrom(new byte[4 * shape.Aggregate(1, (a, b) => a * (int)b)]),
    };
}
