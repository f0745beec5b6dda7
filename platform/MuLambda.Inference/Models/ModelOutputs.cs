using System.Collections;

namespace MuLambda.Inference;

/// <summary>The outputs of one run. Disposing it disposes its tensors.</summary>
public sealed class ModelOutputs : IReadOnlyList<NamedTensor>, IDisposable
{
    private readonly NamedTensor[] outputs;

    internal ModelOutputs(NamedTensor[] outputs) => this.outputs = outputs;

    /// <summary>The number of outputs.</summary>
    public int Count => outputs.Length;

    /// <summary>The output at a position, in the order of the signature.</summary>
    /// <param name="index">The position, from 0.</param>
    public NamedTensor this[int index] => outputs[index];

    /// <summary>The output of a name.</summary>
    /// <param name="name">The name in the signature.</param>
    /// <exception cref="KeyNotFoundException">No such output was returned.</exception>
    public Tensor this[string name]
    {
        get
        {
            foreach (var output in outputs)
            {
                if (output.Name == name)
                {
                    return output.Tensor;
                }
            }

            throw new KeyNotFoundException($"There is no output {name}.");
        }
    }

    /// <inheritdoc/>
    public IEnumerator<NamedTensor> GetEnumerator() => ((IEnumerable<NamedTensor>)outputs).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Disposes the tensors.</summary>
    public void Dispose()
    {
        foreach (var output in outputs)
        {
            output.Tensor.Dispose();
        }
    }
}
