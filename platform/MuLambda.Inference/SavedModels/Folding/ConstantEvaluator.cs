using Google.Protobuf;
using MuLambda.Inference.Onnx.Proto;
using MuLambda.Inference.Runtime;

namespace MuLambda.Inference.SavedModels.Folding;

/// <summary>
/// Computes a value that depends on constants only, by running what makes it. Used where a translation has to know the value and
/// arithmetic on integers did not find it; bounded, since a small graph can ask for a large computation.
/// </summary>
internal static class ConstantEvaluator
{
    private const int MostNodes = 256;
    private const long MostElements = 1 << 20;

    public static Constant? Evaluate(
        GraphValue value,
        IReadOnlyDictionary<string, NodeProto> producers,
        IReadOnlyDictionary<string, GraphValue> values,
        IReadOnlyDictionary<string, Constant> constants)
    {
        var graph = new GraphProto { Name = "constant" };
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var nodes = new HashSet<NodeProto>(ReferenceEqualityComparer.Instance);
        var open = new Stack<string>([value.Name]);
        while (open.TryPop(out var name))
        {
            if (name.Length == 0 || !seen.Add(name))
            {
                continue;
            }

            if (constants.TryGetValue(name, out var constant))
            {
                if (constant.Count > MostElements)
                {
                    return null;
                }

                graph.Initializer.Add(constant.ToOnnx(name));
                continue;
            }

            if (!producers.TryGetValue(name, out var node) || values[name] is not { IsStatic: true } made
                || Tensor.CountElements([.. made.Shape!]) > MostElements || (nodes.Add(node) && nodes.Count > MostNodes))
            {
                return null;
            }

            foreach (var input in node.Input)
            {
                open.Push(input);
            }
        }

        Order(graph, value.Name, producers);
        graph.Output.Add(OnnxGraphBuilder.Declare(value.Name, value.Type, null));
        using var session = new OrtSession(OnnxGraphBuilder.Wrap(graph).ToByteArray(), new OrtSessionSettings(IntraOpThreads: 1));
        using var result = session.Run([], [0], CancellationToken.None)[0];
        return result.DType == DType.String ? null : Constant.Of(result);
    }

    // Makers before users.
    private static void Order(GraphProto graph, string last, IReadOnlyDictionary<string, NodeProto> producers)
    {
        var added = new HashSet<NodeProto>(ReferenceEqualityComparer.Instance);
        var stack = new Stack<(string Name, bool Ready)>([(last, false)]);
        while (stack.TryPop(out var next))
        {
            if (!producers.TryGetValue(next.Name, out var node) || added.Contains(node))
            {
                continue;
            }

            if (next.Ready)
            {
                added.Add(node);
                graph.Node.Add(node);
                continue;
            }

            stack.Push((next.Name, true));
            foreach (var input in node.Input)
            {
                stack.Push((input, false));
            }
        }
    }
}
