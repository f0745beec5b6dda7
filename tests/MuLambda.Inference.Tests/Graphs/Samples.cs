using MuLambda.Protocol.TensorFlow;
using static MuLambda.Inference.Tests.Graphs.SavedModelBuilder;

namespace MuLambda.Inference.Tests.Graphs;

/// <summary>Models that several tests use.</summary>
internal static class Samples
{
    /// <summary>y = x / 2 + 2, z = -x, for vectors of any length.</summary>
    public static SavedModelBuilder HalfPlusTwo()
    {
        var builder = new SavedModelBuilder();
        builder.Placeholder("x", DType.Float32, -1);
        builder.Node("Mul", "half", ["x", builder.Const("a", [.5f])]);
        builder.Node("AddV2", "sum", ["half", builder.Const("b", [2f])]);
        builder.Node("Sub", "negative", [builder.Const("zero", [0f]), "x"]);
        return builder.Signature("serving_default", [("x", "x", DType.Float32, [-1])], ("y", "sum", DType.Float32), ("z", "negative", DType.Float32));
    }

    /// <summary>A perceptron of these widths with some weights: input <c>x</c>, output <c>y</c>.</summary>
    public static SavedModelBuilder Perceptron(params int[] widths)
    {
        var random = new Random(11);
        var builder = new SavedModelBuilder();
        var last = builder.Placeholder("x", DType.Float32, -1, widths[0]);
        for (var i = 1; i < widths.Length; i++)
        {
            float[] weights = [.. Enumerable.Range(0, widths[i - 1] * widths[i]).Select(_ => (random.NextSingle() - .5f) / widths[i - 1])];
            var product = builder.Node("MatMul", $"product{i}", [last, builder.Const($"w{i}", weights, widths[i - 1], widths[i])]);
            var biased = builder.Node("BiasAdd", $"biased{i}", [product, builder.Const($"b{i}", new float[widths[i]], widths[i])]);
            last = builder.Node(i < widths.Length - 1 ? "Relu" : "Softmax", $"layer{i}", [biased]);
        }

        return builder.Signature("serving_default", [("x", "x", DType.Float32, [-1, widths[0]])], ("y", last, DType.Float32));
    }

    /// <summary>y = w f for the feature f of serialized examples, by a function that reads the variable w; y = w x for x as it is.</summary>
    public static SavedModelBuilder Functions()
    {
        var builder = new SavedModelBuilder();
        builder.Placeholder("examples", DType.String, -1);
        builder.Placeholder("x", DType.Float32, -1);
        builder.Variable("w", DType.Float32, 1);
        builder.Function("scale", ["v", "handle"], [("r", "mul:z:0")], f =>
        {
            f.Node("ReadVariableOp", "read", ["handle"]);
            f.Node("Mul", "mul", ["v", "read:value:0"]);
        });
        var types = new AttrValue { List = new() { Type = { DataType.DtFloat } } };
        builder.Node(
            "ParseExampleV2",
            "parse",
            ["examples", builder.Strings("names"), builder.Strings("sparse"), builder.Strings("dense", "f"), builder.Strings("ragged"), builder.Const("none", [1f])],
            ("Tdense", types),
            ("dense_shapes", new AttrValue { List = new() { Shape = { new TensorShapeProto() } } }));
        builder.Call("scale", "parsed", ["parse:0", "w"]);
        builder.Call("scale", "direct", ["x", "w"]);
        builder.Signature("regress", [("inputs", "examples", DType.String, [-1])], ("outputs", "parsed", DType.Float32));
        return builder.Signature("serving_default", [("x", "x", DType.Float32, [-1])], ("y", "direct", DType.Float32));
    }

    /// <summary>One convolution, so that geometry is in the file too.</summary>
    public static SavedModelBuilder Convolution()
    {
        var builder = new SavedModelBuilder();
        builder.Placeholder("x", DType.Float32, -1, 6, 6, 1);
        builder.Node(
            "Conv2D",
            "conv",
            ["x", builder.Const("f", Enumerable.Range(0, 18).Select(i => (float)i).ToArray(), 3, 3, 1, 2)],
            Ints("strides", 1, 2, 2, 1),
            Attr("padding", "SAME"));
        builder.Node("MaxPool", "pool", ["conv"], Ints("ksize", 1, 2, 2, 1), Ints("strides", 1, 2, 2, 1), Attr("padding", "VALID"));
        builder.Node("Reshape", "flat", ["pool", builder.Ints("shape", -1, 2)]);
        return builder.Signature("serving_default", [("x", "x", DType.Float32, [-1, 6, 6, 1])], ("y", "flat", DType.Float32));
    }
}
