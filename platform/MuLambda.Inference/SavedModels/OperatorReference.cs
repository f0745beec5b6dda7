using System.Text;

namespace MuLambda.Inference.SavedModels;

/// <summary>Writes <c>docs/operators.md</c> from the table, so that the list and the code cannot part.</summary>
internal static class OperatorReference
{
    public static string Write(OperatorTable table)
    {
        var text = new StringBuilder();
        text.Append("# Operators\n\n");
        text.Append($"The {table.Entries.Count} TensorFlow operators a SavedModel may use, as TensorFlow 1, TensorFlow 2 and TensorFlow.js write them. A model ");
        text.Append("that needs another is refused when it is pushed, with the operators, their nodes and the signature in the message.\n\n");
        text.Append("Control inputs are ignored. Numbers may be of any type; where ONNX Runtime has no kernel for a type, the operator computes in a wider one: ");
        text.Append("integers of 8 and 16 bits in 32, uint32 and uint64 in int64, float16 and bfloat16 in float32. Image operators take ");
        text.Append("`data_format` NHWC and NCHW. A rank that an operator needs and that nothing tells is an error when the model is loaded.\n\n");
        text.Append("This file is written from the code: `MULAMBDA_WRITE_DOCS=1 dotnet test tests/MuLambda.Inference.Tests --filter OperatorReferenceTests`.\n");
        foreach (var family in table.Entries.GroupBy(e => e.Family))
        {
            text.Append($"\n## {family.Key}\n\n| operator | remarks |\n|---|---|\n");
            foreach (var entry in family.OrderBy(e => e.Name.TrimStart('_'), StringComparer.Ordinal))
            {
                text.Append($"| `{entry.Name}` | {entry.Note} |\n");
            }
        }

        return text.ToString();
    }
}
