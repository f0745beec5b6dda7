using MuLambda.Catalog;
using MuLambda.Protocol.TensorFlow;
using MuLambda.Protocol.Tensors;

namespace MuLambda.Selector;

/// <summary>An inference as a front took it in: its inputs, which become tensors of whichever model is chosen.</summary>
internal abstract class InferenceInput
{
    /// <summary>The number of examples, as far as it can be told before a model is chosen; at least 1.</summary>
    public abstract int Items { get; }

    /// <summary>The inputs as tensors of a model.</summary>
    /// <exception cref="RequestException">The model's signature does not allow them; it names the field.</exception>
    public abstract ModelInputs For(Model model);

    /// <summary>Requires outputs that can be passed on in the form of the request. Others do not count as the executor's success.</summary>
    /// <exception cref="InvalidDataException">They cannot.</exception>
    public virtual void Check(IReadOnlyDictionary<string, TensorProto> outputs)
    {
        foreach (var (name, tensor) in outputs)
        {
            TensorContent.Check(name, tensor);
        }
    }
}
