using System.Runtime.CompilerServices;
using MuLambda.Catalog;
using MuLambda.Protocol.Tensors;

namespace MuLambda.Selector;

/// <summary>The inputs of a model's signatures, as the JSON codec needs them.</summary>
internal sealed class Signatures
{
    private static readonly ConditionalWeakTable<Model, Signatures> Known = [];

    private readonly Dictionary<string, IReadOnlyList<TensorSignature>> _inputs = new(StringComparer.Ordinal);
    private readonly string _model;

    private Signatures(Model model)
    {
        _model = model.Reference.ToString();
        foreach (var signature in model.Signatures)
        {
            var inputs = new List<TensorSignature>(signature.Inputs.Count);
            foreach (var input in signature.Inputs)
            {
                if (TensorDataTypes.TryParse(input.DType, out var type))
                {
                    inputs.Add(new TensorSignature(input.Name, type, input.Shape));
                }
            }

            // A signature with an input that JSON cannot carry is as good as none.
            if (inputs.Count == signature.Inputs.Count)
            {
                _inputs[signature.Name] = inputs;
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
}
