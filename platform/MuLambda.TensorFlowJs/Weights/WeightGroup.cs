using MuLambda.TensorFlowJs.Json;

namespace MuLambda.TensorFlowJs.Weights;

/// <summary>Weights that lie one after the other in files that are read as one.</summary>
/// <param name="Shards">The files' relative paths.</param>
/// <param name="Weights">The weights.</param>
/// <param name="Member">Its place in the file.</param>
internal sealed record WeightGroup(IReadOnlyList<JsonMember> Shards, IReadOnlyList<WeightSpec> Weights, JsonMember Member);
