using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Inference.SavedModels.Functions;

/// <summary>The graph itself, or one call of a function: what names stand for there.</summary>
internal sealed class GraphScope
{
    private readonly Dictionary<string, GraphScope> calls = new(StringComparer.Ordinal);

    /// <summary>The graph itself.</summary>
    public GraphScope(Dictionary<string, NodeDef> nodes)
    {
        Nodes = nodes;
        Prefix = "";
    }

    private GraphScope(GraphScope caller, NodeDef call, FunctionBody function, string[] arguments, IReadOnlyDictionary<string, AttrValue> attributes)
    {
        Caller = caller;
        Function = function;
        Nodes = function.Nodes;
        Arguments = arguments;
        Found = new GraphPoint?[arguments.Length];
        Attributes = attributes;
        Prefix = caller.Prefix + call.Name + "/";
        Depth = caller.Depth + 1;
    }

    public GraphScope? Caller { get; }

    public FunctionBody? Function { get; }

    public Dictionary<string, NodeDef> Nodes { get; }

    /// <summary>What the caller passes, as references in the caller's scope.</summary>
    public string[] Arguments { get; } = [];

    /// <summary>Where the arguments were found to lead.</summary>
    public GraphPoint?[] Found { get; } = [];

    /// <summary>What attributes that are placeholders stand for.</summary>
    public IReadOnlyDictionary<string, AttrValue> Attributes { get; } = new Dictionary<string, AttrValue>();

    /// <summary>The calls that lead here, as the start of names.</summary>
    public string Prefix { get; }

    public int Depth { get; }

    public bool TryGetCall(string name, out GraphScope scope) => calls.TryGetValue(name, out scope!);

    /// <exception cref="TranslationException">The call does not fit the function, or the function calls itself.</exception>
    public GraphScope Call(NodeDef call, FunctionLibrary library)
    {
        var function = library.Called(call, Prefix + call.Name);
        for (var scope = this; scope.Function is not null; scope = scope.Caller!)
        {
            if (scope.Function == function)
            {
                throw new TranslationException($"function {function.Signature.Name} calls itself (node {Prefix}{call.Name}), which is not supported");
            }
        }

        string[] arguments = [.. call.Input.Where(i => !TensorReference.IsControl(i))];
        if (arguments.Length != function.Signature.InputArg.Count)
        {
            throw new TranslationException(
                $"operator {call.Op} (node {Prefix}{call.Name}) passes {arguments.Length} values to the function {function.Signature.Name}, which takes {function.Signature.InputArg.Count}");
        }

        var attributes = FunctionLibrary.Attributes(call).ToDictionary(a => a.Key, a => Resolve(a.Value), StringComparer.Ordinal);
        var made = new GraphScope(this, call, function, arguments, attributes);
        calls.Add(call.Name, made);
        return made;
    }

    /// <summary>An attribute's value, which the caller gives where it is a placeholder.</summary>
    public AttrValue Resolve(AttrValue value) =>
        value.ValueCase == AttrValue.ValueOneofCase.Placeholder && Attributes.TryGetValue(value.Placeholder, out var given) ? given : value;
}
