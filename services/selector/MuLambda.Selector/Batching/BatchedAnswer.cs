using MuLambda.Protocol.TensorFlow;
using MuLambda.Selection;

namespace MuLambda.Selector;

/// <summary>A request's part of an answered batch.</summary>
/// <param name="Outputs">Its output tensors by name.</param>
/// <param name="Batch">What the batch says to it.</param>
internal sealed record BatchedAnswer(IReadOnlyDictionary<string, TensorProto> Outputs, BatchAnswer Batch);
