using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Inference.SavedModels.Functions;

/// <summary>One output of a node in the graph or in a call.</summary>
/// <param name="Scope">Where the node is.</param>
/// <param name="Name">Its name there.</param>
/// <param name="Output">Which output.</param>
internal readonly record struct GraphPoint(GraphScope Scope, string Name, int Output)
{
    /// <summary>The node; null where the scope has none of that name.</summary>
    public NodeDef? Node => Scope.Nodes.GetValueOrDefault(Name);

    /// <summary>The name with the calls that lead there.</summary>
    public string Path => Scope.Prefix + Name;
}
