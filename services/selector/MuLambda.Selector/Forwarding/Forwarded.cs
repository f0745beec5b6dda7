using MuLambda.Protocol.TensorFlow;
using MuLambda.Selection;

namespace MuLambda.Selector;

/// <summary>An inference that an executor answered.</summary>
/// <param name="Decision">Who did, and why.</param>
/// <param name="Signature">The signature that ran.</param>
/// <param name="Outputs">The output tensors by name.</param>
/// <param name="Attempts">How many executors were asked.</param>
/// <param name="Id">By which the client may tell of it afterwards.</param>
/// <param name="ColdStart">How long it waited for a first executor to be ready; null where it did not.</param>
internal sealed record Forwarded(
    Decision Decision, string Signature, IReadOnlyDictionary<string, TensorProto> Outputs, int Attempts, RequestId Id, TimeSpan? ColdStart = null);
