using MuLambda.Inference.Examples;
using MuLambda.Inference.SavedModels.Functions;
using MuLambda.Inference.SavedModels.Variables;
using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Inference.SavedModels.Examples;

/// <summary>Reads what the operators that parse serialized examples parse out of them.</summary>
internal sealed class ExampleNodes(FunctionInliner inliner)
{
    /// <summary>What a node parses, and the given tensor it parses; null where it is no such operator.</summary>
    /// <exception cref="TranslationException">It parses something else than an input, or in a way that is not supported.</exception>
    public (ExampleSpec Spec, TensorReference Serialized)? Read(GraphPoint point)
    {
        var node = point.Node!;
        if (node.Op is not ("ParseExample" or "ParseExampleV2" or "ParseSingleExample"))
        {
            return null;
        }

        string[] inputs = [.. FunctionInliner.Inputs(node)];
        var what = $"operator {node.Op} (node {point.Path})";
        if (inputs.Length == 0)
        {
            throw new TranslationException($"{what} has no inputs");
        }

        var serialized = inliner.FollowValue(point.Scope, inputs[0]);
        if (!inliner.IsFed(serialized))
        {
            throw new TranslationException(
                $"{what} parses the output of {(serialized.Node is { } other ? $"operator {other.Op} (node {serialized.Path})" : $"node {serialized.Path}")}; only an input of the signature is supported");
        }

        return (Spec(point, node, inputs, what), new TensorReference(serialized.Name, serialized.Output));
    }

    private ExampleSpec Spec(GraphPoint point, NodeDef node, string[] inputs, string what)
    {
        var denseTypes = Types(point, node, "Tdense", what);
        var sparseTypes = Types(point, node, "sparse_types", what);
        string[] sparse, dense;
        var defaults = inputs.Length - denseTypes.Length;
        switch (node.Op)
        {
            case "ParseSingleExample":
                (sparse, dense) = (Texts(point, node, "sparse_keys"), Texts(point, node, "dense_keys"));
                break;
            case "ParseExampleV2" when defaults == 5:
                (sparse, dense) = (Keys(point, inputs[2], what), Keys(point, inputs[3], what));
                if (Keys(point, inputs[4], what) is [var ragged, ..])
                {
                    throw new TranslationException($"{what} parses {ragged} as a ragged feature, which is not supported");
                }

                break;
            case "ParseExample" when defaults == 2 + sparseTypes.Length + denseTypes.Length:
                sparse = [.. inputs[2..(2 + sparseTypes.Length)].SelectMany(i => Keys(point, i, what))];
                dense = [.. inputs[(2 + sparseTypes.Length)..defaults].SelectMany(i => Keys(point, i, what))];
                break;
            default:
                throw new TranslationException($"{what} has {inputs.Length} inputs, which do not fit its attributes");
        }

        var shapes = Attribute(point, node, "dense_shapes")?.List?.Shape;
        if (sparse.Length != sparseTypes.Length || dense.Length != denseTypes.Length || (shapes?.Count ?? 0) != dense.Length || defaults < 0)
        {
            throw new TranslationException($"{what} names {sparse.Length} sparse and {dense.Length} dense features, which do not fit its attributes");
        }

        return new ExampleSpec(
            [.. sparse.Select((key, i) => new SparseFeature(key, sparseTypes[i]))],
            [.. dense.Select((key, i) => Dense(point, key, denseTypes[i], shapes![i], inputs[defaults + i], what))],
            node.Op == "ParseSingleExample");
    }

    private DenseFeature Dense(GraphPoint point, string key, DType type, TensorShapeProto proto, string defaultInput, string what)
    {
        long[] shape = [.. proto.Dim.Select(d => d.Size)];
        if (proto.UnknownRank || shape.Skip(1).Any(size => size < 0) || shape is [< -1, ..])
        {
            throw new TranslationException($"{what} parses the feature {key} of shape {Shapes.Format(proto.UnknownRank ? null : shape)}, which is not supported");
        }

        var feature = new DenseFeature(key, type, shape, Default(point, type, defaultInput, $"{what} takes the default of feature {key} from"));
        var given = feature.Default is not { } value ? 0 : type == DType.String ? value.Strings.Length : value.Bytes.Length / type.Size();
        return given is 0 or 1 || (!feature.Variable && given == feature.Elements)
            ? feature
            : throw new TranslationException($"{what} has a default of {given} values for feature {key} of shape {Shapes.Format(shape)}");
    }

    private FeatureDefault? Default(GraphPoint point, DType type, string input, string what)
    {
        // Which shape the values were brought into does not matter here.
        var from = inliner.FollowValue(point.Scope, input);
        for (var hops = 0; hops < 16 && from.Node is { Op: "Reshape" or "ExpandDims" or "Squeeze" } moved && !inliner.IsFed(from); hops++)
        {
            from = inliner.FollowValue(from.Scope, FunctionInliner.Inputs(moved).First());
        }

        if (from.Node is not { Op: "Const" } node || Attribute(from, node, "value")?.Tensor is not { } proto)
        {
            throw new TranslationException($"{what} node {from.Path}, which is not constant");
        }

        try
        {
            using var tensor = proto.ToTensor(node.Name);
            return tensor.DType != type ? throw new TranslationException($"{what} node {from.Path}, which is {tensor.DType.Name()}, not {type.Name()}")
                : tensor.Length == 0 ? null
                : type == DType.String ? new FeatureDefault([], tensor.Strings.ToArray())
                : new FeatureDefault(tensor.Bytes.ToArray(), []);
        }
        catch (InferenceException e)
        {
            throw new TranslationException($"{what} node {from.Path}: {e.Message.TrimEnd('.')}");
        }
    }

    private static DType[] Types(GraphPoint point, NodeDef node, string name, string what) =>
        [.. (Attribute(point, node, name)?.List?.Type ?? []).Select(type =>
            DTypes.TryFromTensorFlow(type, out var known) && known is DType.Float32 or DType.Int64 or DType.String
                ? known
                : throw new TranslationException($"{what} parses features of type {type}, which examples do not have"))];

    private static string[] Texts(GraphPoint point, NodeDef node, string name) =>
        [.. (Attribute(point, node, name)?.List?.S ?? []).Select(s => s.ToStringUtf8())];

    private static AttrValue? Attribute(GraphPoint point, NodeDef node, string name) =>
        node.Attr.TryGetValue(name, out var value) ? point.Scope.Resolve(value) : null;

    private string[] Keys(GraphPoint point, string input, string what) =>
        [.. ConstantStrings.Read(inliner, point.Scope, input, what).Select(s => s.ToStringUtf8())];
}
