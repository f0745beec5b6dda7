using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Inference.SavedModels.Functions;

/// <summary>A function of the graph's library, with its nodes and arguments by name.</summary>
internal sealed class FunctionBody
{
    public FunctionBody(FunctionDef definition)
    {
        Definition = definition;
        Signature = definition.Signature ?? new OpDef();
        for (var i = 0; i < Signature.InputArg.Count; i++)
        {
            Arguments.TryAdd(Signature.InputArg[i].Name, i);
        }

        foreach (var node in definition.NodeDef)
        {
            if (!Nodes.TryAdd(node.Name, node))
            {
                throw new TranslationException($"function {Signature.Name} has two nodes {node.Name}");
            }
        }
    }

    public FunctionDef Definition { get; }

    public OpDef Signature { get; }

    public Dictionary<string, int> Arguments { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, NodeDef> Nodes { get; } = new(StringComparer.Ordinal);
}
