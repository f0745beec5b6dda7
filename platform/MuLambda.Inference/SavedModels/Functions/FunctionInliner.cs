using System.Globalization;
using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Inference.SavedModels.Functions;

/// <summary>
/// Follows references through calls: from a call's output into the function's body, from an argument out to the caller. Calls are
/// opened when something needs them, so that functions for training or saving are never looked at.
/// </summary>
internal sealed class FunctionInliner
{
    private const int MaxCallDepth = 64;
    private const int StepsForEachNode = 64;
    private const int MaxNameCharacters = 16 << 20;

    private readonly FunctionLibrary library;
    private readonly OutputNames outputs;
    private readonly IReadOnlySet<TensorReference> fed;
    private readonly int maxNodes;
    private long steps;
    private long nameCharacters;
    private int nodes;

    public FunctionInliner(SavedModelReader saved, IReadOnlySet<TensorReference> fed)
    {
        library = saved.Functions;
        outputs = saved.OutputNames;
        maxNodes = saved.MaxNodes;
        this.fed = fed;
        Root = new GraphScope(saved.Nodes);
    }

    public GraphScope Root { get; }

    public bool IsFed(GraphPoint point) => point.Scope == Root && fed.Contains(new TensorReference(point.Name, point.Output));

    /// <summary>Where a reference leads, past all calls.</summary>
    /// <exception cref="TranslationException">The reference or a call on the way is malformed.</exception>
    public GraphPoint Follow(GraphScope scope, string reference)
    {
        List<(GraphScope Scope, int Argument)>? passed = null;
        var found = Follow(scope, reference, ref passed);
        foreach (var (through, argument) in passed ?? [])
        {
            through.Found[argument] = found;
        }

        return found;
    }

    /// <summary>Where a reference leads, past all calls and operators that only hand on.</summary>
    public GraphPoint FollowValue(GraphScope scope, string reference)
    {
        var point = Follow(scope, reference);
        for (var hops = 0; !IsFed(point) && point.Node is { } node && HandsOn(node) && Inputs(node).ElementAtOrDefault(point.Output) is { } input; hops++)
        {
            point = hops < maxNodes ? Follow(point.Scope, input) : throw new TranslationException($"node {point.Path} depends on itself");
        }

        return point;
    }

    /// <summary>The scope of a node that is a call.</summary>
    public GraphScope Open(GraphScope scope, NodeDef call)
    {
        if (scope.TryGetCall(call.Name, out var opened))
        {
            return opened;
        }

        CountNode(scope.Prefix.Length + call.Name.Length);
        return scope.Depth < MaxCallDepth
            ? scope.Call(call, library)
            : throw new TranslationException($"calls are nested deeper than {MaxCallDepth} (node {scope.Prefix}{call.Name})");
    }

    public bool IsCall(NodeDef node) => library.IsCall(node);

    /// <summary>The function a call calls.</summary>
    public FunctionBody Called(NodeDef call) => library.Called(call, call.Name);

    /// <summary>Counts a node of the graph without functions against the limit.</summary>
    public void CountNode(int nameLength)
    {
        if (++nodes > maxNodes)
        {
            throw TooManyNodes();
        }

        // Names grow with each call they lie in.
        nameCharacters += nameLength;
        if (nameCharacters > MaxNameCharacters)
        {
            throw new TranslationException($"the names of its nodes have more than {MaxNameCharacters} characters once the calls of functions are replaced by what they call");
        }
    }

    /// <summary>A node's inputs that carry values.</summary>
    public static IEnumerable<string> Inputs(NodeDef node) => node.Input.Where(i => !TensorReference.IsControl(i));

    private GraphPoint Follow(GraphScope scope, string reference, ref List<(GraphScope Scope, int Argument)>? passed)
    {
        HashSet<(GraphScope, string)>? seen = null;
        for (var hops = 0; ; hops++)
        {
            // Real graphs need a hop or two; whoever needs many may be going in circles.
            if (hops > 16 && !(seen ??= []).Add((scope, reference)))
            {
                throw new TranslationException($"the value {reference} of node {scope.Prefix.TrimEnd('/')} depends on itself");
            }

            if (++steps > (long)maxNodes * StepsForEachNode)
            {
                throw TooManyNodes();
            }

            if (scope.Function is { } function && TryGetArgument(function, reference, out var argument))
            {
                if (scope.Found[argument] is { } known)
                {
                    return known;
                }

                // Where an argument leads in the end is worth remembering: calls may lie deep.
                (passed ??= []).Add((scope, argument));
                (scope, reference) = (scope.Caller!, scope.Arguments[argument]);
                continue;
            }

            var point = Parse(scope, reference);
            if (IsFed(point) || point.Node is not { } node || !library.IsCall(node))
            {
                return point;
            }

            var called = Open(scope, node);
            (scope, reference) = (called, Returned(called, node, point));
        }
    }

    private static bool HandsOn(NodeDef node) => node.Op is "Identity" or "IdentityN" or "StopGradient" or "PreventGradient" or "EnsureShape" or "Snapshot";

    private static bool TryGetArgument(FunctionBody function, string reference, out int argument)
    {
        var colon = reference.IndexOf(':', StringComparison.Ordinal);
        return function.Arguments.TryGetValue(colon < 0 ? reference : reference[..colon], out argument);
    }

    private static string Returned(GraphScope called, NodeDef call, GraphPoint point)
    {
        var function = called.Function!;
        var results = function.Signature.OutputArg;
        if (point.Output >= results.Count)
        {
            throw new TranslationException(
                $"operator {call.Op} (node {point.Path}) has {results.Count} outputs; {new TensorReference(point.Name, point.Output)} is needed");
        }

        var name = results[point.Output].Name;
        return function.Definition.Ret.TryGetValue(name, out var returned)
            ? returned
            : throw new TranslationException($"function {function.Signature.Name} returns nothing for its output {name}");
    }

    // In the graph: node or node:output. In a function: node:name:position in that output.
    private GraphPoint Parse(GraphScope scope, string reference)
    {
        if (scope.Function is null)
        {
            var (node, output) = TensorReference.Parse(reference);
            return new GraphPoint(scope, node, output);
        }

        var parts = reference.Split(':');
        if (parts.Length > 3)
        {
            throw new TranslationException($"\"{reference}\" in function {scope.Function.Signature.Name} does not name a node's output");
        }

        var index = 0;
        if (parts.Length > 1 && !int.TryParse(parts[^1], NumberStyles.None, CultureInfo.InvariantCulture, out index) && parts.Length == 3)
        {
            throw new TranslationException($"\"{reference}\" in function {scope.Function.Signature.Name} does not name a node's output");
        }

        if (parts.Length == 1 || !scope.Nodes.TryGetValue(parts[0], out var found) || int.TryParse(parts[1], out _))
        {
            return new GraphPoint(scope, parts[0], index);
        }

        return outputs.Position(Resolved(scope, found), parts[1], index, library.AsOperator(found)) is { } position
            ? new GraphPoint(scope, parts[0], position)
            : throw new TranslationException($"operator {found.Op} (node {scope.Prefix}{found.Name}) has no output {parts[1]}:{index}");
    }

    // The attributes that count outputs may be the caller's.
    private static NodeDef Resolved(GraphScope scope, NodeDef node)
    {
        if (node.Attr.Values.All(a => a.ValueCase != AttrValue.ValueOneofCase.Placeholder))
        {
            return node;
        }

        var resolved = new NodeDef { Name = node.Name, Op = node.Op };
        foreach (var (name, value) in node.Attr)
        {
            resolved.Attr.Add(name, scope.Resolve(value));
        }

        return resolved;
    }

    private TranslationException TooManyNodes() => new($"it has more than {maxNodes} nodes once the calls of functions are replaced by what they call");
}
