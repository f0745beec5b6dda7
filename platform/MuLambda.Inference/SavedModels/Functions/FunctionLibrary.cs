using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Inference.SavedModels.Functions;

/// <summary>The functions a graph may call.</summary>
internal sealed class FunctionLibrary
{
    private const string FunctionAttribute = "f";
    private readonly Dictionary<string, FunctionDef> definitions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FunctionBody> bodies = new(StringComparer.Ordinal);

    public FunctionLibrary(FunctionDefLibrary? library)
    {
        foreach (var function in library?.Function ?? [])
        {
            definitions.TryAdd(function.Signature?.Name ?? "", function);
        }
    }

    /// <summary>Whether a node calls a function, by an operator for calls or as an operator of its own.</summary>
    public bool IsCall(NodeDef node) => node.Op is "PartitionedCall" or "StatefulPartitionedCall" || definitions.ContainsKey(node.Op);

    /// <summary>The function a call calls.</summary>
    /// <exception cref="TranslationException">There is none of that name.</exception>
    public FunctionBody Called(NodeDef call, string name)
    {
        var function = CalledName(call);
        if (bodies.TryGetValue(function, out var body))
        {
            return body;
        }

        body = definitions.TryGetValue(function, out var definition)
            ? new FunctionBody(definition)
            : throw new TranslationException($"operator {call.Op} (node {name}) calls the function {function}, which the graph does not have");
        bodies.Add(function, body);
        return body;
    }

    /// <summary>The definition that names an operator's outputs, where the operator is a function.</summary>
    public FunctionDef? AsOperator(NodeDef node) => definitions.GetValueOrDefault(node.Op);

    /// <summary>The attributes a call gives its function.</summary>
    public static IReadOnlyDictionary<string, AttrValue> Attributes(NodeDef call) => CallAttribute(call)?.Attr ?? call.Attr;

    private static string CalledName(NodeDef call) => CallAttribute(call)?.Name ?? call.Op;

    private static NameAttrList? CallAttribute(NodeDef call) =>
        call.Op is "PartitionedCall" or "StatefulPartitionedCall" && call.Attr.TryGetValue(FunctionAttribute, out var f) ? f.Func : null;
}
