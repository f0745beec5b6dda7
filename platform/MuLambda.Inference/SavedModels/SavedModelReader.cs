using System.Text;
using MuLambda.Inference.SavedModels.Functions;
using MuLambda.Inference.SavedModels.Variables;
using MuLambda.Protocol.TensorFlow;
using MuLambda.Protocol.Text;

namespace MuLambda.Inference.SavedModels;

/// <summary>Reads a <c>saved_model.pb</c> or <c>saved_model.pbtxt</c>: the graph for serving, its functions, variables and signatures.</summary>
internal sealed class SavedModelReader : IDisposable
{
    private const string ServeTag = "serve";
    private readonly string file;
    private readonly long graphBytes;

    private SavedModelReader(string file, MetaGraphDef meta, long bytes, Dictionary<string, NodeDef> nodes, ModelLimits limits)
    {
        this.file = file;
        graphBytes = bytes;
        Nodes = nodes;
        MaxNodes = limits.MaxNodes;
        Functions = new FunctionLibrary(meta.GraphDef.Library);
        OutputNames = new OutputNames(meta.MetaInfoDef?.StrippedOpList);
        Variables = new VariableStore(this, Path.GetDirectoryName(Path.GetFullPath(file))!, limits);
        // TensorFlow keeps what it runs at the start of a session among the signatures; nobody calls that.
        Signatures = [.. meta.SignatureDef
            .Where(s => !s.Key.StartsWith("__", StringComparison.Ordinal))
            .OrderBy(s => s.Key, StringComparer.Ordinal)
            .Select(s => new SavedSignature(s.Key, s.Value))];
    }

    /// <summary>The sizes of the files read so far.</summary>
    public long Bytes => graphBytes + Variables.Bytes;

    public Dictionary<string, NodeDef> Nodes { get; }

    public FunctionLibrary Functions { get; }

    public OutputNames OutputNames { get; }

    public VariableStore Variables { get; }

    /// <summary>The most nodes a signature's graph may have.</summary>
    public int MaxNodes { get; }

    public IReadOnlyList<SavedSignature> Signatures { get; }

    /// <exception cref="ModelFormatException">The file is not a SavedModel within the limits.</exception>
    public static SavedModelReader Read(string file, ModelLimits limits)
    {
        var bytes = ModelFile.Read(file, limits);
        var model = file.EndsWith(ModelFile.TextSuffix, StringComparison.Ordinal)
            ? ParseText(file, bytes, limits)
            : ModelFile.Parse(file, bytes, SavedModel.Parser, limits);
        var meta = Choose(file, model);
        var graph = meta.GraphDef ?? throw new ModelFormatException($"{file} has no graph.");
        if (graph.Node.Count > limits.MaxNodes)
        {
            throw new ModelFormatException($"{file} has {graph.Node.Count} nodes; the limit is {limits.MaxNodes}.");
        }

        var nodes = new Dictionary<string, NodeDef>(graph.Node.Count, StringComparer.Ordinal);
        foreach (var node in graph.Node)
        {
            if (!nodes.TryAdd(node.Name, node))
            {
                throw new ModelFormatException($"{file} has two nodes {node.Name}.");
            }
        }

        var reader = new SavedModelReader(file, meta, bytes.Length, nodes, limits);
        reader.CheckSignatures(limits);
        return reader;
    }

    public void Dispose() => Variables.Dispose();

    private static SavedModel ParseText(string file, byte[] bytes, ModelLimits limits)
    {
        try
        {
            return TextFormat.Parse<SavedModel>(
                Encoding.UTF8.GetString(bytes),
                new TextFormatOptions { IgnoreUnknownFields = true, MaxDepth = limits.MaxDepth, MaxCharacters = bytes.Length });
        }
        catch (TextFormatException e)
        {
            throw new ModelFormatException($"{file} is malformed: {e.Message}.", e);
        }
    }

    private static MetaGraphDef Choose(string file, SavedModel model)
    {
        var serving = model.MetaGraphs.Where(m => m.MetaInfoDef?.Tags.Contains(ServeTag) == true).ToArray();
        return serving.FirstOrDefault(m => m.MetaInfoDef.Tags.Count == 1) ?? serving.FirstOrDefault()
            ?? throw new ModelFormatException(
                model.MetaGraphs.Count == 0
                    ? $"{file} is not a SavedModel: it has no graphs."
                    : $"{file} has no graph with the tag {ServeTag}; its tags are {string.Join(", ", model.MetaGraphs.SelectMany(m => m.MetaInfoDef?.Tags ?? []))}.");
    }

    private void CheckSignatures(ModelLimits limits)
    {
        if (Signatures.Count == 0)
        {
            throw new ModelFormatException($"{file} has no signatures.");
        }

        if (Signatures.Count > limits.MaxSignatures)
        {
            throw new ModelFormatException($"{file} has {Signatures.Count} signatures; the limit is {limits.MaxSignatures}.");
        }
    }
}
