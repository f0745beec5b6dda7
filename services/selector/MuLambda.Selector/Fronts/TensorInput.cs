using MuLambda.Catalog;
using MuLambda.Protocol.Grpc;
using MuLambda.Protocol.TensorFlow;
using MuLambda.Protocol.Tensors;

namespace MuLambda.Selector;

/// <summary>An inference whose inputs came as tensors. They are passed on as they are where the model's signature allows them.</summary>
/// <param name="signature">The signature's name; empty for the default one.</param>
/// <param name="inputs">The tensors by name.</param>
/// <param name="outputs">The outputs that are asked for; all when empty.</param>
internal sealed class TensorInput(
    string signature, IReadOnlyDictionary<string, TensorProto> inputs, IReadOnlyCollection<string> outputs) : InferenceInput
{
    private const string Field = "inputs";

    private readonly string _signature = signature.Length > 0 ? signature : ModelSignature.Default;

    public override int Items { get; } = ItemsOf(inputs);

    public override ModelInputs For(Model model)
    {
        var called = model.Signatures.FirstOrDefault(s => s.Name == _signature)
            ?? throw RequestException.Invalid(
                "signature_name",
                $"The model {model.Reference} has no signature '{_signature}'; it has {string.Join(", ", model.Signatures.Select(s => s.Name))}.",
                StatusCode.FailedPrecondition);
        for (var i = 0; i < called.Inputs.Count; i++)
        {
            var spec = called.Inputs[i];
            if (!inputs.TryGetValue(spec.Name, out var tensor))
            {
                throw RequestException.Invalid(FieldOf(spec.Name), $"is missing; the signature has {Names(called.Inputs)}.");
            }

            Require(spec, tensor);
        }

        if (inputs.Count > called.Inputs.Count)
        {
            var other = inputs.Keys.First(name => called.Inputs.All(spec => spec.Name != name));
            throw RequestException.Invalid(FieldOf(other), $"is no input; the signature has {Names(called.Inputs)}.");
        }

        foreach (var output in outputs)
        {
            if (called.Outputs.All(spec => spec.Name != output))
            {
                throw RequestException.Invalid($"outputs.{output}", $"is no output; the signature has {Names(called.Outputs)}.");
            }
        }

        return new ModelInputs(_signature, inputs, Items, Field);
    }

    /// <summary>Of an answer's outputs those that are asked for, by name.</summary>
    public IEnumerable<KeyValuePair<string, TensorProto>> Asked(IReadOnlyDictionary<string, TensorProto> answered) =>
        (outputs.Count == 0 ? answered : answered.Where(output => outputs.Contains(output.Key)))
        .OrderBy(output => output.Key, StringComparer.Ordinal);

    private static void Require(TensorSpec spec, TensorProto tensor)
    {
        if (TensorDataTypes.TryParse(spec.DType, out var type) && type != tensor.Dtype)
        {
            throw RequestException.Invalid(
                FieldOf(spec.Name), $"is of type {TensorDataTypes.NameOf(tensor.Dtype)}; the signature has {spec.DType}.");
        }

        if (spec.Shape is { } shape && !Fits(shape, tensor))
        {
            throw RequestException.Invalid(
                FieldOf(spec.Name),
                $"has the shape [{string.Join(", ", tensor.TensorShape?.Dim.Select(d => d.Size) ?? [])}]; the signature has [{string.Join(", ", shape)}].");
        }

        try
        {
            TensorContent.Check(spec.Name, tensor);
        }
        catch (InvalidDataException e)
        {
            throw RequestException.Invalid(FieldOf(spec.Name), e.Message);
        }
    }

    private static bool Fits(IReadOnlyList<long> shape, TensorProto tensor)
    {
        var given = tensor.TensorShape;
        if (given is { UnknownRank: true } || (given?.Dim.Count ?? 0) != shape.Count)
        {
            return false;
        }

        for (var i = 0; i < shape.Count; i++)
        {
            if (shape[i] >= 0 && given!.Dim[i].Size != shape[i])
            {
                return false;
            }
        }

        return true;
    }

    // The first dimension, where the inputs agree on it.
    private static int ItemsOf(IReadOnlyDictionary<string, TensorProto> inputs)
    {
        long? items = null;
        foreach (var (_, tensor) in inputs)
        {
            var size = tensor.TensorShape is { Dim: [var first, ..] } ? first.Size : 1;
            if (size < 1 || size > int.MaxValue || size != (items ??= size))
            {
                return 1;
            }
        }

        return (int)(items ?? 1);
    }

    private static string FieldOf(string input) => $"{Field}.{input}";

    private static string Names(IReadOnlyList<TensorSpec> tensors) => string.Join(", ", tensors.Select(t => $"'{t.Name}'"));
}
