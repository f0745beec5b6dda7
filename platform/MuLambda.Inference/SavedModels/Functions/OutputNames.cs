using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Inference.SavedModels.Functions;

/// <summary>
/// Where in a node's outputs a named output begins: inside functions, references give an output's name and its position there. The
/// names come with the file; where a writer left them out, those of operators with several outputs are known here.
/// </summary>
internal sealed class OutputNames
{
    private static readonly Dictionary<string, OpDef> Known = new[]
    {
        Op("FusedBatchNorm", "y", "batch_mean", "batch_variance", "reserve_space_1", "reserve_space_2"),
        Op("FusedBatchNormV2", "y", "batch_mean", "batch_variance", "reserve_space_1", "reserve_space_2"),
        Op("FusedBatchNormV3", "y", "batch_mean", "batch_variance", "reserve_space_1", "reserve_space_2", "reserve_space_3"),
        Op("TopK", "values", "indices"),
        Op("TopKV2", "values", "indices"),
        Op("Unique", "y", "idx"),
        Op("UniqueV2", "y", "idx"),
        Op("UniqueWithCounts", "y", "idx", "count"),
        Op("MaxPoolWithArgmax", "output", "argmax"),
        Op("NonMaxSuppressionV4", "selected_indices", "valid_outputs"),
        Op("NonMaxSuppressionV5", "selected_indices", "selected_scores", "valid_outputs"),
        Op("CombinedNonMaxSuppression", "nmsed_boxes", "nmsed_scores", "nmsed_classes", "valid_detections"),
        Op("Switch", "output_false", "output_true"),
        Op("Merge", "output", "value_index"),
        Op("ParseExample", "sparse_indices*Nsparse", "sparse_values+sparse_types", "sparse_shapes*Nsparse", "dense_values+Tdense"),
        Op("ParseSingleExample", "sparse_indices*num_sparse", "sparse_values+sparse_types", "sparse_shapes*num_sparse", "dense_values+Tdense"),
        Op(
            "ParseExampleV2",
            "sparse_indices*num_sparse",
            "sparse_values+sparse_types",
            "sparse_shapes*num_sparse",
            "dense_values+Tdense",
            "ragged_values+ragged_value_types",
            "ragged_row_splits+ragged_split_types"),
    }.ToDictionary(op => op.Name, StringComparer.Ordinal);

    private readonly Dictionary<string, OpDef> given = new(StringComparer.Ordinal);

    public OutputNames(OpList? operators)
    {
        foreach (var op in operators?.Op ?? [])
        {
            given.TryAdd(op.Name, op);
        }
    }

    /// <summary>The position among all outputs of the node.</summary>
    /// <returns>Null where the node has no such output.</returns>
    public int? Position(NodeDef node, string name, int index, FunctionDef? function)
    {
        var signature = function?.Signature ?? (given.TryGetValue(node.Op, out var op) || Known.TryGetValue(node.Op, out op) ? op : null);
        if (signature is null)
        {
            // What is not known has one output, single or a list.
            return index;
        }

        long first = 0;
        foreach (var output in signature.OutputArg)
        {
            var count = Count(node, output);
            if (output.Name == name)
            {
                return index < count && first + index <= int.MaxValue ? (int)first + index : null;
            }

            first += count;
        }

        return null;
    }

    private static long Count(NodeDef node, OpDef.Types.ArgDef output) =>
        output.NumberAttr.Length > 0 ? node.Attr.TryGetValue(output.NumberAttr, out var number) ? Math.Clamp(number.I, 0, int.MaxValue) : 1
        : output.TypeListAttr.Length > 0 ? node.Attr.TryGetValue(output.TypeListAttr, out var types) ? types.List?.Type.Count ?? 0 : 0
        : 1;

    // A star before the attribute that counts the outputs, a plus before the one that lists their types.
    private static OpDef Op(string name, params string[] outputs)
    {
        var op = new OpDef { Name = name };
        foreach (var output in outputs)
        {
            var parts = output.Split('*', '+');
            var arg = new OpDef.Types.ArgDef { Name = parts[0] };
            if (output.Contains('*', StringComparison.Ordinal))
            {
                arg.NumberAttr = parts[1];
            }
            else if (parts.Length > 1)
            {
                arg.TypeListAttr = parts[1];
            }

            op.OutputArg.Add(arg);
        }

        return op;
    }
}
