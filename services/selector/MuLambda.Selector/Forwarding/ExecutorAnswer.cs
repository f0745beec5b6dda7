using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Selector;

/// <summary>What an executor answered.</summary>
/// <param name="Outputs">The output tensors by name; at least one.</param>
/// <param name="RequestsAhead">How many requests ran or waited in the executor when this one came; null where it does not say.</param>
internal sealed record ExecutorAnswer(IReadOnlyDictionary<string, TensorProto> Outputs, int? RequestsAhead);
