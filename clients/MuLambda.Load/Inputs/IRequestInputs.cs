using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Load;

/// <summary>What requests carry.</summary>
public interface IRequestInputs
{
    /// <summary>The tensors of requests with so many examples; a run sends them in turn.</summary>
    /// <param name="items">The examples of a request, 1 at least.</param>
    /// <returns>The tensors of each request, by the names of the signature's inputs; at least one request.</returns>
    /// <exception cref="InvalidDataException">The model takes no such requests; the message says why.</exception>
    IReadOnlyList<IReadOnlyDictionary<string, TensorProto>> Make(int items);
}
