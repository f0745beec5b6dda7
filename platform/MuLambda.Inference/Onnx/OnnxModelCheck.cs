using MuLambda.Inference.Onnx.Proto;

namespace MuLambda.Inference.Onnx;

/// <summary>What must hold before the runtime sees a stranger's file.</summary>
internal static class OnnxModelCheck
{
    private const int External = 1;

    // Their inputs are all required, whatever their number, and the runtime does not look before it uses them.
    private static readonly HashSet<string> Variadic = new(StringComparer.Ordinal) { "Concat", "Einsum", "Max", "Mean", "Min", "Sum" };

    public static void Check(string file, ModelProto model, ModelLimits limits)
    {
        if (model.Graph is null || model.Graph.Output.Count == 0)
        {
            throw new ModelFormatException($"{file} is not an ONNX model: it has no graph with outputs.");
        }

        var nodes = 0;
        Check(file, model.Graph, limits, ref nodes);
        foreach (var function in model.Functions)
        {
            CheckNodes(file, function.Node, limits, ref nodes);
        }

        // A function may call others twice, and those others twice: a few lines that the runtime writes out in full.
        if (model.Functions.Count > 0)
        {
            throw new ModelFormatException(
                $"{file} defines functions of its own ({model.Functions[0].Name}), which is not supported; save the model with its functions inlined.");
        }
    }

    private static void Check(string file, GraphProto graph, ModelLimits limits, ref int nodes)
    {
        foreach (var tensor in graph.Initializer)
        {
            Check(file, tensor);
        }

        foreach (var sparse in graph.SparseInitializer)
        {
            Check(file, sparse);
        }

        CheckNodes(file, graph.Node, limits, ref nodes);
    }

    private static void CheckNodes(string file, IEnumerable<NodeProto> list, ModelLimits limits, ref int nodes)
    {
        foreach (var node in list)
        {
            if (++nodes > limits.MaxNodes)
            {
                throw new ModelFormatException($"{file} has more than {limits.MaxNodes} nodes.");
            }

            if (Variadic.Contains(node.OpType) && node.Input.Any(i => i.Length == 0))
            {
                throw new ModelFormatException($"{file}: operator {node.OpType} (node {node.Name}) has an input without a name.");
            }

            foreach (var attribute in node.Attribute)
            {
                if (attribute.T is not null)
                {
                    Check(file, attribute.T);
                }

                foreach (var tensor in attribute.Tensors)
                {
                    Check(file, tensor);
                }

                if (attribute.SparseTensor is not null)
                {
                    Check(file, attribute.SparseTensor);
                }

                foreach (var sparse in attribute.SparseTensors)
                {
                    Check(file, sparse);
                }

                if (attribute.G is not null)
                {
                    Check(file, attribute.G, limits, ref nodes);
                }

                foreach (var graph in attribute.Graphs)
                {
                    Check(file, graph, limits, ref nodes);
                }
            }
        }
    }

    private static void Check(string file, SparseTensorProto sparse)
    {
        if (sparse.Values is not null)
        {
            Check(file, sparse.Values);
        }

        if (sparse.Indices is not null)
        {
            Check(file, sparse.Indices);
        }
    }

    private static void Check(string file, TensorProto tensor)
    {
        if (tensor.DataLocation == External || tensor.ExternalData.Count > 0)
        {
            throw new ModelFormatException(
                $"{file}: tensor {tensor.Name} keeps its data in another file, which is not supported; save the model as one file.");
        }
    }
}
