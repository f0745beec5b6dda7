using MuLambda.Protocol.TensorFlow;
using MuLambda.TensorFlowJs.Json;

namespace MuLambda.TensorFlowJs.Graphs;

/// <summary>A graph whose constants have no values yet.</summary>
/// <param name="Definition">The graph.</param>
/// <param name="Constants">
/// Its <c>Const</c> nodes by name, those of the functions included, each with its place in the file. The converter gives a function's
/// constants names that no other node has.
/// </param>
internal sealed record ImportedGraph(GraphDef Definition, IReadOnlyDictionary<string, (NodeDef Node, JsonMember Member)> Constants);
