using System.Runtime.CompilerServices;
using MuLambda.Catalog;
using MuLambda.Protocol.Tensors;

namespace MuLambda.Selector;

/// <summary>The inputs and outputs of a model's signatures, as the JSON codec needs them.</summary>
internal sealed class Signatures
{
    private static readonly ConditionalWeakTable<Model, Signatures> Known = [];

    private readonly Dictionary<string, IReadOnlyList<TensorSignature>> _inputs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyList<TensorSignature>?> _outputs = new(StringComparer.Ordinal);
    private readonly string _model;

    private Signatures(Model model)
    {
        _model = model.Reference.ToString();
        foreach (var signature in model.Signatures)
        {
            // A signature with an input that JSON cannot carry is as good as none.
            if (Typed(signature.Inputs) is { } inputs)
            {
                _inputs[signature.Name] = inputs;
                _outputs[signature.Name] = Typed(signature.Outputs);
            }
        }
    }

    public static Signatures Of(Model model) => Known.GetValue(model, static m => new Signatures(m));

    public IReadOnlyList<TensorSignature> InputsOf(string signature) =>
        _inputs.TryGetValue(signature, out var inputs)
            ? inputs
            : throw RequestException.Invalid(
                "signature_name",
                $"The model {_model} has no signature '{signature}' that JSON can call; it has {string.Join(", ", _inputs.Keys)}.");

    /// <summary>The outputs; null where there is no such signature, or JSON cannot carry one of them.</summary>
    public IReadOnlyList<TensorSignature>? OutputsOf(string signature) => _outputs.GetValueOrDefault(signature);

    private static List<TensorSignature>? Typed(IReadOnlyList<TensorSpec> tensors)
    {
        var typed = new List<TensorSignature>(tensors.Count);
        foreach (var tensor in tensors)
        {
            if (!TensorDataTypes.TryParse(tensor.DType, out var type))
            {
                return null;
            }

            typed.Add(new TensorSignature(tensor.Name, type, tensor.Shape));
        }

        return typed;
    }
}
