using MuLambda.Inference.Examples;
using MuLambda.Inference.Runtime;

namespace MuLambda.Inference;

/// <summary>One signature's graph, with the checks that stand before it.</summary>
internal sealed class SignatureRunner : IDisposable
{
    private readonly OrtSession session;
    private readonly GraphInput[] inputs;
    private readonly ExampleParser[] parsers;
    private readonly int[] sessionOutputs;
    private readonly int[] allOutputs;

    /// <param name="description">The signature.</param>
    /// <param name="session">Its graph.</param>
    /// <param name="graphInputs">For each graph input, the signature's input or the parsed tensor that feeds it.</param>
    /// <param name="graphOutputs">For each output of the signature, the position of the graph's output.</param>
    /// <param name="examples">What is parsed out of serialized examples before a run, and what the graph's inputs call it.</param>
    public SignatureRunner(
        SignatureDescription description,
        OrtSession session,
        IReadOnlyList<string> graphInputs,
        IReadOnlyList<int> graphOutputs,
        IReadOnlyList<(ExampleParser Parser, IReadOnlyList<string> GraphInputs)> examples)
    {
        (Description, GraphInputs) = (description, graphInputs);
        this.session = session;
        parsers = [.. examples.Select(e => e.Parser)];
        inputs = [.. graphInputs.Select(name => GraphInput.Of(name, examples))];
        sessionOutputs = [.. graphOutputs];
        allOutputs = [.. Enumerable.Range(0, graphOutputs.Count)];
    }

    public SignatureDescription Description { get; }

    /// <summary>For each graph input, what feeds it.</summary>
    public IReadOnlyList<string> GraphInputs { get; }

    /// <summary>For each output of the signature, the position of the graph's output.</summary>
    public IReadOnlyList<int> GraphOutputs => sessionOutputs;

    /// <summary>Whether tensors are parsed out of serialized examples, which no graph does.</summary>
    public bool ParsesExamples => parsers.Length > 0;

    public ModelOutputs Run(
        IReadOnlyDictionary<string, Tensor> given, IReadOnlyCollection<string>? outputFilter, CancellationToken cancellation)
    {
        CheckInputs(given);
        var wanted = outputFilter is { Count: > 0 } ? Filter(outputFilter) : allOutputs;
        var positions = new int[wanted.Length];
        for (var i = 0; i < positions.Length; i++)
        {
            positions[i] = sessionOutputs[wanted[i]];
        }

        var results = Run(given, positions, cancellation);
        var outputs = new NamedTensor[wanted.Length];
        for (var i = 0; i < outputs.Length; i++)
        {
            outputs[i] = new NamedTensor(Description.Outputs[wanted[i]].Name, results[i]);
        }

        return new ModelOutputs(outputs);
    }

    public void Dispose() => session.Dispose();

    private Tensor[] Run(IReadOnlyDictionary<string, Tensor> given, int[] positions, CancellationToken cancellation)
    {
        var parsed = parsers.Length == 0 ? [] : new Tensor[parsers.Length][];
        try
        {
            for (var i = 0; i < parsed.Length; i++)
            {
                parsed[i] = parsers[i].Parse(given[parsers[i].Input]);
            }

            var values = new Tensor[inputs.Length];
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = inputs[i].Parser < 0 ? given[inputs[i].Name] : parsed[inputs[i].Parser][inputs[i].Position];
            }

            return session.Run(values, positions, cancellation);
        }
        finally
        {
            foreach (var tensor in parsed.SelectMany(p => p ?? []))
            {
                tensor.Dispose();
            }
        }
    }

    private void CheckInputs(IReadOnlyDictionary<string, Tensor> given)
    {
        foreach (var spec in Description.Inputs)
        {
            if (!given.TryGetValue(spec.Name, out var tensor) || tensor is null)
            {
                throw Invalid(spec.Name, $"is missing: signature {Description.Name} expects {spec}");
            }

            if (tensor.DType != spec.DType || !(spec.AnyShape || Fits(spec.Shape, tensor.Shape)))
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

    /// <summary>Where a graph's input comes from: the signature's inputs, or (from 0) a parser's tensors.</summary>
    private readonly record struct GraphInput(string Name, int Parser, int Position)
    {
        public static GraphInput Of(string name, IReadOnlyList<(ExampleParser Parser, IReadOnlyList<string> GraphInputs)> examples)
        {
            for (var parser = 0; parser < examples.Count; parser++)
            {
                for (var i = 0; i < examples[parser].GraphInputs.Count; i++)
                {
                    if (examples[parser].GraphInputs[i] == name)
                    {
                        return new GraphInput(name, parser, i);
                    }
                }
            }

            return new GraphInput(name, -1, 0);
        }
    }

    private static InferenceException Invalid(string input, string what) =>
        new(InferenceError.InvalidInput, $"Input {input} {what}.", input);
}
