using System.Globalization;
using MuLambda.Inference.Examples;
using MuLambda.Inference.SavedModels.Functions;

namespace MuLambda.Inference.SavedModels;

/// <summary>Translates one signature of a SavedModel: the part of the graph that its outputs need, without functions and variables.</summary>
internal static class SignatureTranslation
{
    /// <exception cref="TranslationException">It cannot be translated.</exception>
    /// <exception cref="ModelFormatException">The files of the variables are damaged.</exception>
    public static SignatureGraph Translate(SavedModelReader saved, SavedSignature signature, ModelLimits limits)
    {
        var description = signature.Describe();
        var inputs = signature.Definition.Inputs.ToDictionary(i => i.Key, i => TensorReference.Parse(i.Value.Name), StringComparer.Ordinal);
        var graph = GraphFlattener.Flatten(
            saved, inputs.Values.ToHashSet(), description.Outputs.Select(o => TensorReference.Parse(signature.Definition.Outputs[o.Name].Name)));
        if (ShapeFreedom.Has(graph))
        {
            description = description with { Inputs = [.. description.Inputs.Select(i => i with { AnyShape = true })] };
        }

        var translator = new GraphTranslator(graph.Nodes, OperatorTable.Default, new ConstantBudget(limits.MaxFileBytes, () => saved.Bytes));
        foreach (var input in description.Inputs)
        {
            if (input.DType != DType.String && graph.Examples.Any(e => e.Serialized == inputs[input.Name]))
            {
                throw new TranslationException($"input {input.Name} is {input.DType.Name()}, but serialized examples, which are parsed from it, are strings");
            }

            // Examples that are parsed before do not go into the graph.
            if (graph.Fed.Contains(inputs[input.Name]) || graph.Examples.All(e => e.Serialized != inputs[input.Name]))
            {
                translator.Feed(inputs[input.Name], input.Name, input.DType, input.AnyShape ? null : input.Shape);
            }
        }

        var examples = graph.Examples.Select(e => FeedParsed(translator, e, inputs)).ToArray();
        for (var i = 0; i < description.Outputs.Count; i++)
        {
            translator.Fetch(graph.Fetches[i], description.Outputs[i].Name, description.Outputs[i].DType);
        }

        return new SignatureGraph(description, translator.Build(), examples);
    }

    private static (ExampleParser, IReadOnlyList<string>) FeedParsed(
        GraphTranslator translator, FlatExamples examples, Dictionary<string, TensorReference> inputs)
    {
        var names = new List<string>();
        foreach (var output in examples.Outputs)
        {
            if (output >= examples.Spec.Outputs)
            {
                throw new TranslationException($"node {examples.Node} parses {examples.Spec.Outputs} tensors; {examples.Node}:{output} is needed");
            }

            var (type, shape) = examples.Spec.Output(output);
            var name = FreeName(examples.Node + "/" + output.ToString(CultureInfo.InvariantCulture), inputs);
            translator.Feed(new TensorReference(examples.Node, output), name, type, shape);
            names.Add(name);
        }

        var input = inputs.First(i => i.Value == examples.Serialized).Key;
        return (new ExampleParser(examples.Spec, input, examples.Outputs), names);
    }

    // A signature may call its inputs as it likes.
    private static string FreeName(string name, Dictionary<string, TensorReference> inputs)
    {
        while (inputs.ContainsKey(name))
        {
            name += "~";
        }

        return name;
    }
}
