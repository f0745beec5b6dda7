using MuLambda.Inference.Examples;
using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Inference.SavedModels.Functions;

/// <summary>What some tensors need, without functions and variables: nodes that compute, and constants.</summary>
/// <param name="Nodes">The nodes by name.</param>
/// <param name="Fetches">The tensors asked for, in order.</param>
/// <param name="Fed">The tensors given that something needs.</param>
/// <param name="Examples">What is parsed out of serialized examples before the nodes compute.</param>
internal sealed record FlatGraph(
    Dictionary<string, NodeDef> Nodes,
    IReadOnlyList<TensorReference> Fetches,
    IReadOnlySet<TensorReference> Fed,
    IReadOnlyList<FlatExamples> Examples);

/// <summary>One operator that parses examples.</summary>
/// <param name="Node">Its name in the graph.</param>
/// <param name="Serialized">The given tensor it parses.</param>
/// <param name="Spec">What it parses out of that.</param>
/// <param name="Outputs">Which of its outputs something needs.</param>
internal sealed record FlatExamples(string Node, TensorReference Serialized, ExampleSpec Spec, SortedSet<int> Outputs);
