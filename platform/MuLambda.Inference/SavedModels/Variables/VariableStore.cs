using MuLambda.Inference.SavedModels.Bundles;
using MuLambda.Inference.SavedModels.Functions;
using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Inference.SavedModels.Variables;

/// <summary>The values of a SavedModel's variables, each read once and shared by all signatures.</summary>
internal sealed class VariableStore : IDisposable
{
    private const string ObjectSuffix = "/.ATTRIBUTES/VARIABLE_VALUE";
    private readonly SavedModelReader saved;
    private readonly string prefix;
    private readonly ModelLimits limits;
    private readonly Dictionary<string, TensorProto> values = new(StringComparer.Ordinal);
    private readonly Dictionary<RestoreKey, TensorProto> read = [];
    private TensorBundle? bundle;
    private RestoreKeys? keys;

    public VariableStore(SavedModelReader saved, string directory, ModelLimits limits)
    {
        this.saved = saved;
        prefix = Path.Combine(directory, "variables", "variables");
        this.limits = limits;
    }

    /// <summary>The sizes of the files read.</summary>
    public long Bytes => bundle?.Bytes ?? 0;

    public static bool IsVariable(NodeDef node) => node.Op is "VarHandleOp" or "VariableV2" or "Variable";

    /// <exception cref="TranslationException">The checkpoint holds no value that fits the variable.</exception>
    /// <exception cref="ModelFormatException">The checkpoint's files are damaged.</exception>
    public TensorProto Read(GraphPoint variable)
    {
        if (!values.TryGetValue(variable.Path, out var value))
        {
            value = Find(variable, variable.Node!);
            values.Add(variable.Path, value);
        }

        return value;
    }

    public void Dispose() => bundle?.Dispose();

    private TensorProto Find(GraphPoint variable, NodeDef node)
    {
        var what = $"operator {node.Op} (node {variable.Path})";
        bundle ??= TensorBundle.Open(prefix, limits)
            ?? throw new TranslationException($"{what} is a variable, but the model has no {prefix}.index, which would hold its value");
        keys ??= new RestoreKeys(saved);
        var candidates = Candidates(variable, node).ToArray();
        var key = candidates.FirstOrDefault(c => bundle.Contains(c.Name))
            ?? throw new TranslationException($"{what} is a variable whose value {bundle.IndexFile} does not hold under the name {candidates[0].Name}");
        if (!read.TryGetValue(key, out var value))
        {
            var slice = key.Slice.Trim().Length == 0 ? null
                : TensorSlice.Parse(key.Slice) ?? throw new TranslationException($"{what} is restored from \"{key.Slice}\", which is no slice of a tensor");
            value = bundle.Read(key.Name, slice);
            read.Add(key, value);
        }

        Check(what, node, value);
        return value;
    }

    private IEnumerable<RestoreKey> Candidates(GraphPoint variable, NodeDef node)
    {
        foreach (var restored in keys![variable.Path])
        {
            yield return restored;
        }

        var shared = node.Attr.TryGetValue("shared_name", out var name) ? name.S.ToStringUtf8() : "";
        foreach (var candidate in new[] { shared, node.Name }.Where(n => n.Length > 0))
        {
            yield return new RestoreKey(candidate, "");
            yield return new RestoreKey(candidate + ObjectSuffix, "");
        }
    }

    private static void Check(string what, NodeDef node, TensorProto value)
    {
        if (node.Attr.TryGetValue("dtype", out var type) && type.Type != value.Dtype)
        {
            throw new TranslationException($"{what} is declared {type.Type}, but the checkpoint holds {value.Dtype}");
        }

        long[] given = [.. value.TensorShape.Dim.Select(d => d.Size)];
        if (node.Attr.TryGetValue("shape", out var shape) && shape.Shape is { UnknownRank: false } declared
            && (declared.Dim.Count != given.Length || declared.Dim.Where((d, i) => d.Size >= 0 && d.Size != given[i]).Any()))
        {
            throw new TranslationException(
                $"{what} is declared {Shapes.Format([.. declared.Dim.Select(d => d.Size)])}, but the checkpoint holds {Shapes.Format(given)}");
        }
    }
}
