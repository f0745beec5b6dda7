using MuLambda.Inference.Runtime;

namespace MuLambda.Inference;

/// <summary>One signature's graph, with the checks that stand before it.</summary>
internal sealed class SignatureRunner : IDisposable
{
    private readonly OrtSession session;
    private readonly TensorSpec[] inputs;
    private readonly int[] sessionOutputs;
    private readonly int[] allOutputs;

    /// <param name="description">The signature.</param>
    /// <param name="session">Its graph.</param>
    /// <param name="graphInputs">For each graph input, the signature's input that feeds it.</param>
    /// <param name="graphOutputs">For each output of the signature, the position of the graph's output.</param>
    public SignatureRunner(SignatureDescription description, OrtSession session, IReadOnlyList<string> graphInputs, IReadOnlyList<int> graphOutputs)
    {
        Description = description;
        this.session = session;
        var byName = description.Inputs.ToDictionary(i => i.Name, StringComparer.Ordinal);
        inputs = [.. graphInputs.Select(name => byName[name])];
        sessionOutputs = [.. graphOutputs];
        allOutputs = [.. Enumerable.Range(0, graphOutputs.Count)];
    }

    public SignatureDescription Description { get; }

    public ModelOutputs Run(
        IReadOnlyDictionary<string, Tensor> given, IReadOnlyCollection<string>? outputFilter, CancellationToken cancellation)
    {
        CheckInputs(given);
        var wanted = outputFilter is { Count: > 0 } ? Filter(outputFilter) : allOutputs;
        var values = new Tensor[inputs.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = given[inputs[i].Name];
        }

        var positions = new int[wanted.Length];
        for (var i = 0; i < positions.Length; i++)
        {
            positions[i] = sessionOutputs[wanted[i]];
        }

        var results = session.Run(values, positions, cancellation);
        var outputs = new NamedTensor[wanted.Length];
        for (var i = 0; i < outputs.Length; i++)
        {
            outputs[i] = new NamedTensor(Description.Outputs[wanted[i]].Name, results[i]);
        }

        return new ModelOutputs(outputs);
    }

    public void Dispose() => session.Dispose();

    private void CheckInputs(IReadOnlyDictionary<string, Tensor> given)
    {
        foreach (var spec in Description.Inputs)
        {
            if (!given.TryGetValue(spec.Name, out var tensor) || tensor is null)
            {
                throw Invalid(spec.Name, $"is missing: signature {Description.Name} expects {spec}");
            }

            if (tensor.DType != spec.DType || !Fits(spec.Shape, tensor.Shape))
            {
                throw Invalid(spec.Name, $"is {tensor}: signature {Description.Name} expects {spec}");
            }
        }

        if (given.Count > Description.Inputs.Count)
        {
            var extra = given.Keys.First(name => !Description.Inputs.Any(i => i.Name == name));
            throw Invalid(
                extra, $"is unknown: signature {Description.Name} has {string.Join(", ", Description.Inputs.Select(i => i.Name))}");
        }
    }

    private int[] Filter(IReadOnlyCollection<string> names)
    {
        var wanted = new List<int>(names.Count);
        foreach (var name in names)
        {
            var at = Enumerable.Range(0, Description.Outputs.Count).FirstOrDefault(i => Description.Outputs[i].Name == name, -1);
            if (at < 0)
            {
                throw new InferenceException(
                    InferenceError.UnknownOutput,
                    $"Signature {Description.Name} has no output {name}; it has {string.Join(", ", Description.Outputs.Select(o => o.Name))}.",
                    name);
            }

            if (!wanted.Contains(at))
            {
                wanted.Add(at);
            }
        }

        return [.. wanted];
    }

    private static bool Fits(IReadOnlyList<long>? expected, ReadOnlySpan<long> given)
    {
        if (expected is null)
        {
            return true;
        }

        if (expected.Count != given.Length)
        {
            return false;
        }

        for (var i = 0; i < given.Length; i++)
        {
            if (expected[i] >= 0 && expected[i] != given[i])
            {
                return false;
            }
        }

        return true;
    }

    private static InferenceException Invalid(string input, string what) =>
        new(InferenceError.InvalidInput, $"Input {input} {what}.", input);
}
