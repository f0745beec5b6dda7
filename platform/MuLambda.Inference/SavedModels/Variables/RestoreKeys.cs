using MuLambda.Inference.SavedModels.Functions;
using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Inference.SavedModels.Variables;

/// <summary>
/// Under which names a checkpoint holds the variables. Only the part of the graph that restores them says so: it reads tensors by
/// name and assigns each to a variable.
/// </summary>
internal sealed class RestoreKeys
{
    private const int MaxDepth = 64;
    private readonly FunctionInliner inliner;
    private readonly Dictionary<string, List<RestoreKey>> keys = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string[] Names, string[] Slices)> restores = new(StringComparer.Ordinal);
    private readonly Dictionary<string, bool> restoring = new(StringComparer.Ordinal);

    public RestoreKeys(SavedModelReader saved)
    {
        inliner = new FunctionInliner(saved, new HashSet<TensorReference>());
        Scan(inliner.Root);
    }

    /// <summary>What may be restored into the variable at a path, in the graph's order.</summary>
    public IReadOnlyList<RestoreKey> this[string path] => keys.TryGetValue(path, out var found) ? found : [];

    private void Scan(GraphScope scope)
    {
        foreach (var node in scope.Nodes.Values)
        {
            if (node.Op is "Assign" or "AssignVariableOp")
            {
                Add(scope, node);
            }
            else if (inliner.IsCall(node) && Restores(node, 0))
            {
                Scan(inliner.Open(scope, node));
            }
        }
    }

    private void Add(GraphScope scope, NodeDef assign)
    {
        if (FunctionInliner.Inputs(assign).Take(2).ToArray() is not [var variable, var value])
        {
            return;
        }

        var source = inliner.FollowValue(scope, value);
        if (source.Node is not { Op: "RestoreV2" } restore)
        {
            return;
        }

        var (names, slices) = Read(source, restore);
        if (source.Output < names.Length)
        {
            var path = inliner.FollowValue(scope, variable).Path;
            if (!keys.TryGetValue(path, out var known))
            {
                keys.Add(path, known = []);
            }

            known.Add(new RestoreKey(names[source.Output], slices.ElementAtOrDefault(source.Output) ?? ""));
        }
    }

    private (string[] Names, string[] Slices) Read(GraphPoint point, NodeDef restore)
    {
        if (!restores.TryGetValue(point.Path, out var read))
        {
            string[] inputs = [.. FunctionInliner.Inputs(restore)];
            if (inputs.Length < 3)
            {
                throw new TranslationException($"operator RestoreV2 (node {point.Path}) has {inputs.Length} inputs, not 3");
            }

            var what = $"operator RestoreV2 (node {point.Path})";
            read = (Texts(point.Scope, inputs[1], what), Texts(point.Scope, inputs[2], what));
            restores.Add(point.Path, read);
        }

        return read;
    }

    private string[] Texts(GraphScope scope, string reference, string what) =>
        [.. ConstantStrings.Read(inliner, scope, reference, what).Select(s => s.ToStringUtf8())];

    private bool Restores(NodeDef call, int depth)
    {
        var function = inliner.Called(call);
        var name = function.Signature.Name;
        if (depth > MaxDepth || restoring.TryGetValue(name, out var known) && !known)
        {
            return false;
        }

        if (!restoring.TryAdd(name, false))
        {
            return true;
        }

        return restoring[name] = function.Nodes.Values.Any(n => n.Op == "RestoreV2" || (inliner.IsCall(n) && Restores(n, depth + 1)));
    }
}
