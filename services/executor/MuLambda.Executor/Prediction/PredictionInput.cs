using MuLambda.Inference;

namespace MuLambda.Executor.Prediction;

/// <summary>What to run a signature on. Disposing it gives the tensors back.</summary>
/// <param name="signature">The signature; empty for the default one.</param>
/// <param name="outputs">The outputs wanted; all when empty.</param>
internal sealed class PredictionInput(string signature, IReadOnlyCollection<string> outputs) : IDisposable
{
    private readonly Dictionary<string, Tensor> _tensors = new(StringComparer.Ordinal);

    /// <summary>The signature's name.</summary>
    public string Signature => signature.Length > 0 ? signature : ModelFormats.DefaultSignature;

    /// <summary>The outputs wanted; all when empty.</summary>
    public IReadOnlyCollection<string> Outputs => outputs;

    /// <summary>The input tensors by name.</summary>
    public IReadOnlyDictionary<string, Tensor> Tensors => _tensors;

    /// <summary>The number of examples: the first dimension of an input.</summary>
    public long Items
    {
        get
        {
            foreach (var tensor in _tensors.Values)
            {
                return tensor.Shape is [var first, ..] ? first : 1;
            }

            return 0;
        }
    }

    /// <summary>Adds an input; it is owned from here on.</summary>
    public void Add(string name, Tensor tensor) => _tensors.Add(name, tensor);

    public void Dispose()
    {
        foreach (var tensor in _tensors.Values)
        {
            tensor.Dispose();
        }
    }
}
