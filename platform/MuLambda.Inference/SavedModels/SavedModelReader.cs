using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Inference.SavedModels;

/// <summary>Reads a <c>saved_model.pb</c>: the graph for serving and its signatures.</summary>
internal sealed class SavedModelReader
{
    private const string ServeTag = "serve";
    private readonly string file;

    private SavedModelReader(string file, MetaGraphDef meta, long bytes, Dictionary<string, NodeDef> nodes)
    {
        this.file = file;
        Bytes = bytes;
        Nodes = nodes;
        // TensorFlow keeps what it runs at the start of a session among the signatures; nobody calls that.
        Signatures = [.. meta.SignatureDef
            .Where(s => !s.Key.StartsWith("__", StringComparison.Ordinal))
            .OrderBy(s => s.Key, StringComparer.Ordinal)
            .Select(s => new SavedSignature(s.Key, s.Value))];
    }

    public long Bytes { get; }

    public Dictionary<string, NodeDef> Nodes { get; }

    public IReadOnlyList<SavedSignature> Signatures { get; }

    /// <exception cref="ModelFormatException">The file is not a SavedModel within the limits.</exception>
    public static SavedModelReader Read(string file, ModelLimits limits)
    {
        var bytes = ModelFile.Read(file, limits);
        var model = ModelFile.Parse(file, bytes, SavedModel.Parser, limits);
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

        var reader = new SavedModelReader(file, meta, bytes.Length, nodes);
        reader.CheckSignatures(limits);
        return reader;
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
